"""The lists of policies and rewrites: complete, and safe to put into Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import circumstances
from app.engine.model import PLATFORMS, STAGES, Phrasebook
from app.engine.source import read_book
from app.rule_pages import CIRCUMSTANCES, MARKS, filled, policies_part, rewrites_part

BOOK = f"""\
policies:
  - id: policy.all_platforms
    title: 处处都查
    severity: error
    message: "说了(就)错: 请改*正*_好_。"
    source: 某法 第1条(2026-01-01)
    link: https://www.example.com/law
    penalty: 6 分
    words: [{", ".join(f"词{n}" for n in range(14))}]
    requires: [以页面为准]
    replacements: [请看页面]
    unless: [{", ".join(CIRCUMSTANCES)}]
    when_facts: {{courier: [中通]}}
    unless_facts: {{promotion: [满减]}}
    specs:
      - {{text: 词1吧, hit: 词1}}
      - {{text: 词2, hit: 词2, facts: {{courier: 中通}}}}
      - {{text: 词3|`好`, hit: 词3}}
      - {{text: 词4, hit: 词4}}
      - {{text: 词5, hit: 词5}}
      - {{text: 好一}}
      - {{text: 好二}}
      - {{text: 好三}}
  - id: policy.few
    title: 只查两家
    severity: suggestion
    message: 少说。
    source: 测试
    platforms: [tmall, taobao]
    stages: [presale, aftersale]
    words: [少]
    specs: [{{text: 少, hit: 少}}]
  - id: policy.heard
    title: 客户说的
    severity: warning
    message: 留心。
    source: 测试
    direction: in
    words: [多]
    specs: [{{text: 多, hit: 多}}]
rewrites:
  - id: rewrite.clause
    title: 整句
    kind: sentence
    habitual: [旧一, 旧二, 旧三, 旧四]
    professional: "新的：{{rest}}"
    reason: 因为(好)。
    source: 测试
    stages: [insale]
    platforms: [pdd]
    specs: [{{from: 旧一, to: 新的}}]
  - id: rewrite.word
    title: 词
    kind: word
    habitual: [甲]
    pairs: {{乙: 丙}}
    professional: 丁
    reason: 因为。
    source: 测试
    specs: [{{from: 甲, to: 丁}}]
"""


@pytest.fixture(scope="module")
def book() -> Phrasebook:
    return read_book({"rules.yaml": BOOK})[0]


def test_policies(book: Phrasebook) -> None:
    page = policies_part(book.policies)
    groups = ["各平台通用", "淘宝、天猫", "各平台通用：客户发来的消息"]
    assert re.findall("^## (.+)$", page, re.M) == groups
    rule = page.partition("### 处处都查（policy.all_platforms）\n\n")[2].partition("\n\n")[0]
    words = "、".join(f"“词{n}”" for n in range(12))
    assert rule.splitlines() == [
        "- 级别：**error**（错误）",
        r"- 为什么：说了（就）错：请改\*正\*\_好\_。",
        "- 处罚：6 分",
        "- 条件：店铺信息 courier 里有“中通”时才查；店铺信息 promotion 里有“满减”时不查",
        f"- 查的词：{words} 等 14 个",
        "- 同时有这些说法之一就不算：“以页面为准”",
        f"- 这些情形不算：{'、'.join(CIRCUMSTANCES.values())}",
        "- 可以改为：“请看页面”",
        "- 出处：某法 第1条（2026-01-01）（[链接](https://www.example.com/law)）",
        "- 不要这样说：",
        "  - `词1吧` → `词1`",
        "  - `` 词3|`好` `` → `词3`",
        "  - `词4`",
        "- 可以这样说：",
        "  - `好一`",
        "  - `好二`",
    ]
    few = page.partition("### 只查两家（policy.few）\n\n")[2].partition("\n\n")[0]
    assert "- 平台：淘宝、天猫\n- 阶段：售前、售后\n" in few
    assert page.endswith("- 出处：测试\n- 会提醒：\n  - `多`")


def test_the_contents_lead_to_every_policy(book: Phrasebook) -> None:
    contents = policies_part(book.policies).partition("\n\n")[0]
    assert "  - [处处都查](#处处都查policyall_platforms) · 错误" in contents
    assert "  - [客户说的](#客户说的policyheard) · 警告" in contents
    assert contents.count("\n- [") == 2


def test_rewrites(book: Phrasebook) -> None:
    page = rewrites_part(book.rewrites)
    assert "\n| 旧一<br>旧二<br>旧三 | 新的：…… | 因为（好）。（只用于拼多多、售中） |" in page
    assert "\n| 甲 | 丁 | 因为。 | 测试 | `rewrite.word` |" in page
    assert page.endswith("### 词：各换各的（rewrite.word）\n\n- 乙 → 丙")


def test_only_what_stands_between_the_marks_changes() -> None:
    page = f"前\n{MARKS[0]}\n旧\n{MARKS[1]}\n后\n"
    once = filled(page, "新")
    assert once == f"前\n{MARKS[0]}\n\n新\n\n{MARKS[1]}\n后\n"
    assert filled(once, "新") == once
    with pytest.raises(ValueError, match="marks"):
        filled("没有记号", "新")


TEXTS = st.text(st.sampled_from("好的a1 (),:;?!*_[]<>|`#\\“”（）。-"), min_size=1, max_size=12)


@settings(deadline=None)
@given(TEXTS)
def test_no_text_breaks_out_of_its_line(text: str) -> None:
    """Chinese punctuation after Chinese, and no sign that Markdown would read."""
    source = BOOK.replace("penalty: 6 分", f"penalty: {yaml_text(text)}")
    page = policies_part(read_book({"rules.yaml": source})[0].policies)
    if not text.strip():
        assert "- 处罚" not in page
        return
    (line,) = re.findall(r"^- 处罚：(.*)$", page, re.M)
    assert not re.search(r"(?<!\\)[*_\[\]<>|`#]", re.sub(r"\\\\", "", line))
    assert not re.search("[一-鿿] ?[,;:?!()]|[(][一-鿿]", line)


def yaml_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_every_circumstance_has_a_name() -> None:
    assert CIRCUMSTANCES.keys() == set(circumstances.CIRCUMSTANCES)


def test_every_platform_and_stage_has_a_name() -> None:
    lists = f"platforms: [{', '.join(PLATFORMS)}]\n    stages: [{', '.join(STAGES)}]"
    source = BOOK.replace("platforms: [tmall, taobao]\n    stages: [presale, aftersale]", lists)
    page = policies_part(read_book({"rules.yaml": source})[0].policies)
    assert "- 平台：淘宝、天猫、京东、拼多多\n- 阶段：售前、售中、售后\n" in page
