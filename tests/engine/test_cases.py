"""Cases of a book: read with their places, refused with a hint, and without a say in answers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.cases import Case
from app.engine.model import FileFinding, Mark
from app.engine.source import read_book

ENTRY = "entries:\n  - {id: a.b, title: 一, asks: [问一], reply: 答}\n"


def read(*cases: str) -> tuple[tuple[Case, ...], tuple[FileFinding, ...]]:
    text = "cases:\n" + "".join(f"  - {case}\n" for case in cases)
    book, findings = read_book({"entries.yaml": ENTRY, "cases/a.yaml": text})
    return book.cases, findings


@pytest.mark.parametrize(
    ("text", "messages", "decision", "entries"),
    [
        ("{message: 问一, entry: a.b}", ("问一",), "answer", ("a.b",)),
        ("{messages: [在吗, 问一], entry: [a.b, c.d, a.b]}", ("在吗", "问一"), "answer",
         ("a.b", "c.d")),
        ("{messages: 问一, entry: a.b, decision: answer}", ("问一",), "answer", ("a.b",)),
        ("{message: 问一, entry: a.b, decision: choose}", ("问一",), "choose", ("a.b",)),
        ("{message: 问一, entry: none}", ("问一",), "none", ()),
        ("{message: 问一, decision: none}", ("问一",), "none", ()),
        ("{message: 问一, entry: none, decision: none}", ("问一",), "none", ()),
    ],
)  # fmt: skip
def test_what_is_wanted(
    text: str, messages: tuple[str], decision: str, entries: tuple[str]
) -> None:
    (case,), findings = read(text)
    assert findings == ()
    assert (case.messages, case.decision, case.entries) == (messages, decision, entries)
    assert case.mark == Mark("cases/a.yaml", 2, 5)
    assert (case.says, case.context, case.variables, case.day, case.known) == ((), {}, {}, None, "")


def test_everything_a_case_may_say() -> None:
    (case,), findings = read(
        "{message: 问一, entry: a.b, platform: jd, stage: presale, order: paid, channel: phone,"
        " turn: later, busy: true, callback: false, day: 2026-11-22,"
        " variables: {order_no: 007, name: 李}, says: [甲|乙, 丙], known: 还没写}"
    )
    assert findings == ()
    assert case.context == {
        "platform": "jd", "stage": "presale", "order": "paid", "channel": "phone",
        "turn": "later", "busy": "true", "callback": "false",
    }  # fmt: skip
    assert case.variables == {"order_no": "007", "name": "李"}
    assert (case.day, case.known) == (date(2026, 11, 22), "还没写")
    assert case.says == (("甲", "乙"), ("丙",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{entry: a.b}", [("case.message", 5)]),
        ("{message: 一, messages: [二], entry: a.b}", [("case.message", 5)]),
        ("{message: '', entry: a.b}", [("case.message", 15)]),
        ("{message: ' ', entry: a.b}", [("case.message", 15)]),
        ("{messages: [], entry: a.b}", [("case.message", 16)]),
        ("{messages: [一, ''], entry: a.b}", [("case.message", 16)]),
        ("{message: 一}", [("case.answer", 5)]),
        ("{message: 一, entry: }", [("case.answer", 5)]),
        ("{message: 一, entry: ['']}", [("case.answer", 5)]),
        ("{message: 一, entry: [none, a.b]}", [("case.answer", 5)]),
        ("{message: 一, entry: a.b, decision: none}", [("case.answer", 5)]),
        ("{message: 一, entry: none, decision: answer}", [("case.answer", 5)]),
        ("{message: 一, decision: answer}", [("case.answer", 5)]),
        ("{message: 一, decision: choose}", [("case.answer", 5)]),
        ("{message: 一, entry: a.b, decision: maybe}", [("schema.choice", 40)]),
        ("{message: 一, entry: a.b, platform: ebay}", [("schema.choice", 40)]),
        ("{message: 一, entry: a.b, busy: yes}", [("schema.choice", 36)]),
        ("{message: 一, entry: a.b, mood: upset}", [("schema.unknown_key", 30)]),
        ("{message: 一, entry: a.b, expect: a.b}", [("schema.unknown_key", 30)]),
        ("{message: 一, entry: a.b, day: 明天}", [("schema.date", 35)]),
        ("{message: 一, entry: a.b, says: {a: b}}", [("schema.type", 36)]),
        ("{message: 一, entry: a.b, variables: [a]}", [("schema.type", 41)]),
        ("{message: [一], entry: a.b}", [("schema.type", 15), ("case.message", 15)]),
        ("问一", [("schema.type", 5)]),
        ("[问一]", [("schema.type", 5)]),
        ("{}", [("case.message", 5), ("case.answer", 5)]),
    ],
)
def test_what_is_wrong_and_where(text: str, found: list[tuple[str, int]]) -> None:
    cases, findings = read("{message: 好的, entry: none}", text)
    assert [(f.rule_id, f.mark.column) for f in findings] == found
    assert {f.mark.line for f in findings} == {3}
    assert all(f.severity == "error" and f.message and f.hint for f in findings)
    assert cases[0].messages == ("好的",)


def test_a_file_of_cases_alone_does_not_make_a_new_version() -> None:
    case = "cases: [{message: 问一, entry: a.b}]\n"
    versions = [
        read_book(files)[0].version
        for files in (
            {"a.yaml": ENTRY},
            {"a.yaml": ENTRY, "cases/a.yaml": case},
            {"a.yaml": ENTRY, "cases/b.yaml": case.replace("问一", "问二")},
        )
    ]
    assert len(set(versions)) == 1
    beside = read_book({"a.yaml": ENTRY + case})[0]
    assert beside.version != versions[0]  # in a file with something else, all of it counts
    assert len(beside.cases) == 1


WORDS = st.sampled_from(["message", "entry", "none", "decision", "says", "a.b", "问", "", "day"])
VALUES = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda v: f"[{', '.join(v)}]")
        | st.lists(st.tuples(WORDS, inner), max_size=4).map(
            lambda v: "{" + ", ".join(f'"{k}": {x}' for k, x in v) + "}"
        )
    ),
    max_leaves=8,
)


@given(VALUES)
def test_anything_may_stand_there(value: str) -> None:
    book, findings = read_book({"a.yaml": ENTRY, "b.yaml": f"cases: {value}\n"})
    assert all(c.messages and bool(c.entries) == (c.decision != "none") for c in book.cases) or (
        findings
    )
