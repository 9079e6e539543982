"""Lines put into files: they read back as meant, and nothing else changes."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.source import read_book
from app.importing.splice import CanNotSplice, with_near_misses
from app.proposing.lines import BookLine
from app.proposing.patches import ENTRIES, REWRITES, CanNotPatch, Files, diff_of, patched

BOOK = """\
# 一家店
entries:
  - id: return.how
    title: 退货
    asks:   # 客户的说法
      - 怎么退货
      - "退货流程是什么"   # 引号留着

      # 还有
      - '东西不想要了'
    near_misses:
      - {text: 退货运费谁出, entry: none}
    reply: 可以退货。

  - id: shipping.when
    title: 发货
    asks: [什么时候发货, 几天能发货]   # 一行
    reply: 两天内发货。
  - id: help.unknown
    title: 未收录
    reply: 我先核实。
  - {id: short.one, title: 短, asks: [短的问法], reply: 短。}
"""


def files(text: str = BOOK, **more: str) -> Files:
    texts = {"book.yaml": text, **more}
    return Files(texts, read_book(texts)[0], "客服记录 2026-11-28")


def added(before: str, after: str) -> list[str]:
    """The lines that came; fails when one went."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    assert [line for line in lines if line.startswith("- ")] == []
    return [line[2:] for line in lines if line.startswith("+ ")]


def test_an_ask_is_one_line_more() -> None:
    after = patched(files(), [BookLine("ask", "return.how", "不合适能退不")])["book.yaml"]
    assert added(BOOK, after) == ["      - 不合适能退不"]


def test_an_ask_in_brackets_stays_on_its_line() -> None:
    after = patched(files(), [BookLine("ask", "shipping.when", "几时发")])["book.yaml"]
    assert after == BOOK.replace("几天能发货]", "几天能发货, 几时发]")


def test_near_misses_where_there_are_some_and_where_there_are_none() -> None:
    lines = [
        BookLine("near_miss", "return.how", "换货怎么弄"),
        BookLine("near_miss", "shipping.when", "什么时候到货", "return.how"),
    ]
    after = patched(files(), lines)["book.yaml"]
    assert added(BOOK, after) == [
        "      - {text: 换货怎么弄, entry: none}",
        "    near_misses:",
        "      - {text: 什么时候到货, entry: return.how}",
    ]
    book, findings = read_book({"book.yaml": after})
    assert findings == ()
    when = book.entry("shipping.when")
    assert when is not None
    assert [(m.text, m.entry) for m in when.near_misses] == [("什么时候到货", "return.how")]


def test_a_new_entry_and_a_rewrite_get_files_of_their_own_then_join_them() -> None:
    entry = BookLine("entry", "learned.shop", "有没有实体店", "", "实体店", "只在网上。")
    rewrite = BookLine("rewrite", "rewrite.ma_shang", "马上", "", "立刻", "立刻")
    first = patched(files(), [entry, rewrite])
    assert set(first) == {ENTRIES, REWRITES}
    more = BookLine("entry", "learned.gift", "有礼盒吗", "", "礼盒", "可以备注。")
    again = patched(files(BOOK, **first), [more])
    added(first[ENTRIES], again[ENTRIES])
    book, findings = read_book({"book.yaml": BOOK, **first, **again})
    assert findings == ()
    assert [e.id for e in book.entries[-2:]] == ["learned.shop", "learned.gift"]
    assert [r.id for r in book.rewrites] == ["rewrite.ma_shang"]


def test_an_entry_in_braces_takes_asks_but_no_list_that_it_has_not() -> None:
    after = patched(files(), [BookLine("ask", "short.one", "再短些")])["book.yaml"]
    assert after == BOOK.replace("[短的问法]", "[短的问法, 再短些]")
    with pytest.raises(CanNotPatch, match=r"short\.one"):
        patched(files(), [BookLine("near_miss", "short.one", "不短")])
    with pytest.raises(CanNotPatch, match=r"help\.unknown"):
        patched(files(), [BookLine("ask", "help.unknown", "什么")])


def test_a_file_whose_last_key_is_another_is_left_alone() -> None:
    whole = files(BOOK, **{ENTRIES: "entries:\n  - {id: a.b, title: 甲, reply: 乙}\nlexicon: []\n"})
    with pytest.raises(CanNotPatch, match="learned_entries"):
        patched(whole, [BookLine("entry", "learned.x", "有没有", "", "有", "有。")])


def test_line_ends_of_windows_stay() -> None:
    text = BOOK.replace("\n", "\r\n")
    after = with_near_misses(text, {"shipping.when": [("几时到", "")]})
    assert after.count("\r\n") == after.count("\n") == text.count("\n") + 2


def test_a_file_without_a_line_end_at_its_end() -> None:
    text = "entries:\n  - id: a.b\n    title: 甲\n    reply: 乙\n    asks:\n      - 丙"
    after = patched(files(text), [BookLine("ask", "a.b", "丁")])["book.yaml"]
    assert [a.text for a in read_book({"b.yaml": after})[0].entries[0].asks] == ["丙", "丁"]
    after = with_near_misses(text, {"a.b": [("戊", "")]})
    assert [m.text for m in read_book({"b.yaml": after})[0].entries[0].near_misses] == ["戊"]


def test_a_block_of_text_as_last_ask_is_refused() -> None:
    text = "entries:\n  - id: a.b\n    asks:\n      - |\n        丙\n    title: 甲\n    reply: 乙\n"
    with pytest.raises(CanNotSplice):
        with_near_misses(text, {"a.b": [("丁", "")]})


def test_the_diff_is_that_of_git() -> None:
    whole = files()
    lines = list(diff_of(whole, patched(whole, [BookLine("ask", "return.how", "不合适能退不")])))
    assert lines[:2] == ["--- a/book.yaml", "+++ b/book.yaml"]
    changes = [line for line in lines[2:] if line[0] in "+-"]
    assert changes == ["+      - 不合适能退不"]


@given(st.text(min_size=1, max_size=40).filter(lambda t: t.strip() == t and "\n" not in t))
def test_any_text_reads_back_as_it_was(text: str) -> None:
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        return  # no file holds half a character
    lines = [
        BookLine("ask", "return.how", text),
        BookLine("ask", "shipping.when", text),
        BookLine("near_miss", "shipping.when", text),
        BookLine("entry", "learned.x", text, "", text, text),
    ]
    after = {"book.yaml": BOOK, **patched(files(), lines)}
    book, _ = read_book(after)
    one, two, *_, new = book.entries
    assert one.asks[-1].text == two.asks[-1].text == two.near_misses[0].text == text
    assert new.asks[0].text == text
