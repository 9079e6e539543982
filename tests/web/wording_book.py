"""A phrasebook for drafts: one word for every kind of finding and rewrite."""

from __future__ import annotations

from pathlib import Path

from tests.web.small_book import BOOK, ENTRIES, write_book

WORDING = """\
rewrites:
  - id: rewrite.name
    title: 问姓名
    kind: sentence
    habitual: [你的名字叫什么]
    professional: 请问您怎么称呼
    reason: 用请求的口气。
    source: 测试
    specs: [{from: 你的名字叫什么, to: 请问您怎么称呼}, {same: 请问您怎么称呼}]
  - id: rewrite.polite
    title: 敬称
    kind: word
    habitual: [你]
    professional: 您
    reason: 称您。
    source: 测试
    specs: [{from: 谢谢你, to: 谢谢您}, {same: 谢谢您}]
  - id: rewrite.sure
    title: 把话说满
    kind: word
    habitual: [保证]
    professional: 努力
    reason: 不说满。
    source: 测试
    specs: [{from: 保证发出, to: 努力发出}, {same: 努力发出}]
policies:
  - id: policy.away
    title: 引导站外
    severity: error
    message: 不能引导客户到平台外联系。
    source: 测试
    words: [加微信]
    replacements: [请在平台内沟通]
    specs: [{text: 您加微信聊, hit: 加微信}, {text: 您在这里聊}]
  - id: policy.days
    title: 承诺天数
    severity: error
    message: 不能承诺天数。
    source: 测试
    words: [保证三天]
    specs: [{text: 保证三天发出, hit: 保证三天}, {text: 三天发出}]
  - id: policy.sure
    title: 绝对化断言
    severity: warning
    message: 不要把话说满。
    source: 测试
    words: [保证, 肯定]
    replacements: [尽量, 争取]
    specs: [{text: 肯定能到, hit: 肯定}, {text: 争取能到}]
  - id: policy.polite
    title: 称呼
    severity: warning
    message: 请称“您”。
    source: 测试
    words: [你]
    replacements: [您]
    specs: [{text: 谢谢你, hit: 你}, {text: 谢谢您}]
  - id: policy.stock
    title: 库存
    severity: suggestion
    message: 请先核实库存。
    source: 测试
    words: [还有货]
    specs: [{text: 这款还有货, hit: 还有货}, {text: 这款没货}]
  - id: policy.jd_only
    title: 只在京东
    severity: warning
    message: 京东不这样说。
    source: 测试
    platforms: [jd]
    words: [宝贝]
    link: "https://rules.example/1"
    specs: [{text: 这件宝贝很好, hit: 宝贝}, {text: 这件商品很好}]
"""
ENTRY = """\
  - id: shipping.test_blanks
    title: 试填单号
    stage: aftersale
    source: 测试
    asks: [蓝鲸包裹的面单编码给我看看, 把蓝鲸面单编码发来]
    reply: 快递单号是{{ tracking_no }}，目前{{ tracking_status }}，请留意。
"""


def write_wording_book(folder: Path) -> Path:
    """Writes the book into the folder and returns the folder."""
    write_book(folder, ENTRIES + ENTRY)
    before, _, rest = BOOK.partition("rewrites:\n")
    after = rest[rest.index("procedures:") :]
    variables = "  tracking_no: {title: 快递单号}\n  tracking_status: {title: 物流状态}\n"
    before = before.replace("variables:\n", f"variables:\n{variables}")
    (folder / "book.yaml").write_text(before + WORDING + after, "utf-8")
    return folder
