"""--fix: what is certain is mended, character by character; everything else stays as it was."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.book_files import FilesNotWritten, as_it_stood, write_files
from app.engine.source import read_book
from app.lint.mending import mended
from app.lint.mends import MENDERS
from app.lint.run import lint
from tests.lint.test_rules import CASES, files_of

TODAY = date(2026, 11, 22)

# Odd on purpose: comments everywhere, indents of four, quotes of both kinds, a list over lines.
BOOK = """\
# 顶上的注释
entries:
    -   id: a.a   # 编号
        title: '甲'
        stage: 售前 # 中文的

        ask:      # 写错的键
        -   能退吗
        # 中间的注释
        -   请问，能退吗？   # 这一条要删
        -   "亲，能退嗎"
        reply: >-   # 折起来的
            签收后｛｛ shop.days ｝｝内
            可以退，請放心。


    -   {id: a.b, title: 乙, asks: [怎么换, "怎么换呀", 换货,
         '换貨'], reply: "{{ shop.order_no }}，{{days}}"}  # 一行的
facts:
    days: {title: 天数, value: 7天, valid_until: 2027/1/5, otherwise: 請看首页}   # 到期
    page: {title: 页面, value: "https：//a.cn/x", note: 请看\u200b这里}
variables: {order_no: {title: 订单号}}
# huashu: ignore=id.shape 早已改好
closings:
-   {id: closing.x, text: "再见{{ shop.page }}"} # huashu: ignore=template.number,id.shape 固定的
# 末尾的注释
"""
MENDED = """\
# 顶上的注释
entries:
    -   id: a.a   # 编号
        title: '甲'
        stage: presale # 中文的

        asks:      # 写错的键
        -   能退吗
        # 中间的注释
        reply: >-   # 折起来的
            签收后{{ shop.days }}内
            可以退，请放心。


    -   {id: a.b, title: 乙, asks: [怎么换, 换货], reply: "{{ order_no }}，{{shop.days}}"}  # 一行的
facts:
    days: {title: 天数, value: 7天, valid_until: 2027-01-05, otherwise: 请看首页}   # 到期
    page: {title: 页面, value: "https://a.cn/x", note: 请看这里}
variables: {order_no: {title: 订单号}}
closings:
-   {id: closing.x, text: "再见{{ shop.page }}"}
# 末尾的注释
"""


def test_every_mend_at_once_and_nothing_else() -> None:
    result = mended({"a.yaml": BOOK}, today=TODAY)
    shown = "\n".join(difflib.unified_diff(MENDED.split("\n"), result.files["a.yaml"].split("\n")))
    assert result.files["a.yaml"] == MENDED, shown
    assert {finding.rule_id for finding in result.findings} == MENDERS.keys()
    again = mended(result.files, today=TODAY)
    assert (again.files, again.findings) == (result.files, ())


@pytest.mark.parametrize("rule_id", sorted(MENDERS))
def test_the_example_of_a_rule_that_can_be_mended(rule_id: str) -> None:
    """In at least one case; some of them need a decision."""
    mends = 0
    for case in CASES[rule_id]:
        files = files_of(case)
        result = mended(files, today=TODAY)
        gone = {f.message for f in result.findings if f.rule_id == rule_id}
        left = lint(*read_book(result.files), today=TODAY, files=result.files)
        assert not gone & {f.message for f in left if f.rule_id == rule_id}
        mends += len(gone)
    assert mends


@pytest.mark.parametrize(
    "text",
    [
        # Two keys are as likely; the one that is meant is there already; the value is no day.
        "entries:\n  - {id: a.a, title: 甲, reply: 好, repl: 行}\n",
        "entries:\n  - {id: a.a, title: 甲, reply: 好, colour: 红}\n",
        "entries:\n  - {id: a.a, title: 甲, reply: 好}\n"
        "facts: {a: {title: 甲, value: 一, valid_until: 2026/13/5}}\n",
        # Two entries have it: who keeps it is for people. Other numbers are another ask.
        "entries:\n  - {id: a.a, title: 甲, reply: 好, asks: [能退吗]}\n"
        "  - {id: a.b, title: 乙, reply: 好, asks: [能退吗]}\n",
        "entries:\n  - {id: a.a, title: 甲, reply: 好, asks: [7天能退吗, 15天能退吗]}\n",
        # Neither a fact nor a variable.
        'entries:\n  - {id: a.a, title: 甲, reply: "{{ nope }}{{ shop.nope }}"}\n',
        "entries:\n  - {id: a.a, title: 甲, reply: 好\n",
        "",
    ],
)
def test_what_needs_a_decision_stays(text: str) -> None:
    files = {"a.yaml": text}
    result = mended(files, today=TODAY)
    assert (result.files, result.findings) == (files, ())


def test_a_mend_that_would_do_harm_is_left_out_and_the_others_are_not() -> None:
    # In simplified script the reply would break a policy; the other replies get the mend.
    text = (
        "entries:\n"
        "  - {id: a.a, title: 甲, reply: 請稍等}\n"
        "  - {id: a.b, title: 乙, reply: 發大财}\n"
        "  - {id: a.c, title: 丙, reply: 請坐}\n"
        + "".join(f"  - {{id: b.{n}, title: 乙, reply: 好}}\n" for n in range(5))
        + "policies:\n"
        "  - {id: policy.x, title: 财, severity: error, message: 不行, source: 法,\n"
        "     patterns: [发大财], exceptions: [發大财],\n"
        "     specs: [{text: 恭喜发大财, hit: 发大财}, {text: 恭喜}]}\n"
    )
    before = {f.rule_id for f in _lint(text) if f.severity == "error"}
    result = mended({"a.yaml": text}, today=TODAY)
    after = result.files["a.yaml"]
    assert {f.rule_id for f in _lint(after) if f.severity == "error"} == before
    assert "reply: 请稍等" in after
    assert "reply: 请坐" in after


def _lint(text: str) -> tuple[object, ...]:
    files = {"a.yaml": text}
    return lint(*read_book(files), today=TODAY, files=files)


LINES = st.lists(
    st.sampled_from(BOOK.split("\n"))
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_whatever_stands_in_a_file_is_read_as_before_or_better(lines: list[str]) -> None:
    text = "\n".join(lines)
    result = mended({"a.yaml": text}, today=TODAY)
    if not result.findings:
        assert result.files == {"a.yaml": text}
        return
    before = [f for f in read_book({"a.yaml": text})[1] if f.rule_id.startswith("yaml.")]
    after = [f for f in read_book(result.files)[1] if f.rule_id.startswith("yaml.")]
    assert len(after) <= len(before)


@given(
    st.lists(
        st.tuples(st.sampled_from(["甲", "乙: 丙", "", "- 丁"]), st.sampled_from(["\n", "\r\n"])),
        max_size=12,
    ),
    st.booleans(),
)
def test_line_ends_and_the_mark_of_a_file_stay(lines: list[tuple[str, str]], mark: bool) -> None:
    raw = ("\ufeff" if mark else "") + "".join(text + end for text, end in lines) + "末"
    text = "".join(f"{text}\n" for text, _ in lines) + "末"
    assert as_it_stood(raw, text) == raw
    changed = as_it_stood(raw, text.replace("乙: 丙", "乙: 丁"))
    assert changed.replace("乙: 丁", "乙: 丙") == raw


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("旧", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("旧", encoding="utf-8")
    with pytest.raises(FilesNotWritten, match="没有改动"):
        write_files(tmp_path, {"a.yaml": "新", "b.yaml/c.yaml": "新"})
    assert {p.name: p.read_text("utf-8") for p in tmp_path.iterdir()} == {
        "a.yaml": "旧",
        "b.yaml": "旧",
    }
    write_files(tmp_path, {"a.yaml": "新", "d/e.yaml": "新"})
    assert (tmp_path / "a.yaml").read_text("utf-8") == "新"
    assert (tmp_path / "d" / "e.yaml").read_text("utf-8") == "新"
