"""Two books on the same cases, and the picture of one."""

from __future__ import annotations

from xml.etree import ElementTree

from app.comparison import compare
from app.engine.encode import NoEncoder
from app.engine.source import read_book
from app.engine.suggest import Suggester
from app.evaluation import Case, evaluate, outcomes, run
from app.measures import reliability
from app.reliability import diagram

POOR = """
entries:
  - {id: a.send, title: 发货, reply: 好, asks: [什么时候发货, 几时寄出]}
  - {id: a.back, title: 退货, reply: 好, asks: [能退货吗, 不喜欢可以退吗]}
"""
RICH = POOR + "  - {id: a.ticket, title: 发票, reply: 好, asks: [可以开发票吗, 能不能开专票]}\n"
CASES = [
    Case(("发票怎么开",), ("a.ticket",)),
    Case(("不喜欢能退货吗",), ("a.back",)),
    Case(("今天天气不错",), ()),
]


def answers(text: str) -> list:
    book, findings = read_book({"book.yaml": text})
    assert not findings
    return run(Suggester(book, NoEncoder()), CASES)


def test_an_added_entry_mends_its_case_and_no_other() -> None:
    found = compare(CASES, answers(POOR), answers(RICH))
    assert (found.mended, found.broken) == (1, 0)
    assert [c.message for c in found.changes] == ["发票怎么开"]
    assert found.changes[0].after == "a.ticket"
    assert found.figures["top1"].value == 0.5


def test_a_miss_names_what_came_instead() -> None:
    result = evaluate(CASES, answers(POOR))
    assert result.in_scope == 2
    assert [m.expected for m in result.misses] == [("a.ticket",)]
    assert [(c.expected, c.count) for c in result.confusions] == [("a.ticket", 1)]


def test_the_diagram_is_an_svg_with_a_bar_for_each_filled_bin() -> None:
    judged = outcomes(CASES, answers(RICH))
    bins = reliability(judged)
    root = ElementTree.fromstring(diagram(bins, '试 <b>"&', 0.1))
    bars = [r for r in root.iter("{http://www.w3.org/2000/svg}rect") if r.get("class") == "bar"]
    assert len(bars) == sum(b.cases > 0 for b in bins) > 0
    assert root.get("aria-label") == '试 <b>"&'
