"""A phrasebook of a few entries that loads at once, with something in every section."""

from __future__ import annotations

from pathlib import Path

BOOK = """\
book: {name: 小店话术}
shop: {id: default, name: 小店}
facts:
  dispatch_window: {title: 发货时间, value: 两天内}
variables:
  order_no: {title: 订单号}
greetings:
  - {id: greeting.phone, title: 电话, when: {channel: phone}, source: 测, text: 您好，这里是小店。}
  - {id: greeting.busy, title: 繁忙, when: {busy: true}, source: 测试, text: 抱歉让您久等。}
  - id: greeting.first
    title: 一般
    when: {turn: first}
    source: 测试
    text: 您好。
    variants:
      - when: {platform: [taobao, tmall]}
        text: 亲，您好。
closings:
  - {id: closing.any, title: 结束, source: 测试, text: 祝您生活愉快。}
rewrites:
  - id: rewrite.name
    title: 问姓名
    kind: sentence
    habitual: [你的名字叫什么]
    professional: 请问您怎么称呼
    reason: 用请求的口气。
    source: 测试
    specs:
      - {from: 你的名字叫什么, to: 请问您怎么称呼}
      - {same: 这件商品叫什么}
policies:
  - id: policy.away
    title: 引导站外
    severity: error
    message: 不能引导客户到平台外联系。
    source: 测试
    words: [加微信]
    replacements: [请在平台内沟通]
    specs:
      - {text: 您加微信聊, hit: 加微信}
      - {text: 您在这里聊}
  - id: policy.jd_only
    title: 只在京东
    severity: warning
    message: 京东不这样说。
    source: 测试
    platforms: [jd]
    words: [宝贝]
    specs:
      - {text: 这件宝贝很好, hit: 宝贝}
      - {text: 这件商品很好}
procedures:
  - {id: sla.first_reply, title: 首次响应, kind: sla, value: 15秒, seconds: 15, source: 测试}
out_of_scope: [今天天气怎么样, 你喜欢吃什么, 讲个笑话, 附近有什么好玩的]
"""
ENTRIES = """\
entries:
  - id: shipping.rush
    title: 催发货
    stage: aftersale
    source: 测试
    asks: [怎么还不发货, 什么时候发货, 催一下发货, 快点发货吧]
    handoff: warehouse
    reply: "{% if order_no %}订单{{ order_no }}，{% endif %}{{ shop.dispatch_window }}发出。"
    variants:
      - when: {order: shipped}
        reply: 包裹已经在路上了。
      - when: {stage: presale}
        reply: 下单后很快发出。
  - id: shipping.number
    title: 查单号
    stage: aftersale
    source: 测试
    asks: [快递单号是多少, 把运单号发我, 物流单号多少]
    reply: 您的订单号是{{ order_no }}。
  - id: invoice.get
    title: 开发票
    stage: any
    source: 测试
    asks: [可以开发票吗, 能开票吗, 怎么开发票]
    reply: 可以的，在订单页申请就好。
  - id: help.unknown
    title: 未收录
    stage: any
    source: 测试
    asks: []
    reply: 我先为您核实，稍后回复您。
"""
# An opened bracket that nobody closes: no YAML.
BROKEN = ENTRIES + "  - id: [\n"
BROKEN_PLACE = f"entries.yaml:{BROKEN.count(chr(10)) + 1}:1"


def write_book(folder: Path, entries: str = ENTRIES) -> Path:
    """Writes the book into the folder and returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "entries.yaml").write_text(entries, encoding="utf-8")
    return folder
