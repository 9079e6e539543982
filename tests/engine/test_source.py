"""YAML text in, a book with places out; what is wrong is a finding, never an exception."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.engine.model import FileFinding, Mark, Phrasebook
from app.engine.source import SECTIONS, read_book

ROOT = Path(__file__).parents[2]
ENTRY = (
    "entries:\n  - id: a.b\n    title: 一\n    asks:\n      - 问一\n      - 问二\n    reply: 答\n"
)
LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


def read(text: str) -> tuple[Phrasebook, tuple[FileFinding, ...]]:
    return read_book({"a.yaml": text})


def rules(text: str) -> list[tuple[str, int, int]]:
    return [(f.rule_id, f.mark.line, f.mark.column) for f in read(text)[1]]


def test_an_entry_with_its_places() -> None:
    book, findings = read(ENTRY)
    assert findings == ()
    (entry,) = book.entries
    assert (entry.id, entry.title, entry.stage, entry.reply) == ("a.b", "一", "any", "答")
    assert entry.mark == Mark("a.yaml", 2, 9)
    assert entry.reply_mark == Mark("a.yaml", 7, 12)
    assert [(a.text, a.mark.line, a.mark.column) for a in entry.asks] == [
        ("问一", 5, 9),
        ("问二", 6, 9),
    ]


def test_everything_an_entry_may_say() -> None:
    book, findings = read(
        "entries:\n"
        "  - {id: a.b, title: 一, stage: presale, source: 000, must: [甲|乙, 丙], avoid: 丁,\n"
        "     near_misses: [远, {text: 近, entry: c.d}, {text: 无, entry: none}],\n"
        "     greeting: g.a, closing: c.a, handoff: 主管, reply: 答,\n"
        "     variants: [{when: {platform: [jd, pdd], busy: true, entry: a.*}, reply: 忙}]}\n"
    )
    assert findings == ()
    (entry,) = book.entries
    assert entry.must == (("甲", "乙"), ("丙",))
    assert entry.avoid == ("丁",)
    assert [(n.text, n.entry) for n in entry.near_misses] == [
        ("远", None),
        ("近", "c.d"),
        ("无", None),
    ]
    assert (entry.greeting, entry.closing, entry.handoff) == ("g.a", "c.a", "主管")
    (variant,) = entry.variants
    assert variant.when.values == {"platform": {"jd", "pdd"}, "busy": {"true"}}
    assert variant.when.entries == ("a.*",)


@pytest.mark.parametrize("text", ["yes", "on", "12:30", "007", "1e3", "0x1F", "~a", "2026-11-22"])
def test_values_stay_what_was_typed(text: str) -> None:
    book, _ = read(f"facts:\n  hours: {{title: 时间, value: {text}}}\n")
    assert book.facts["hours"].value == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("yaml.empty", 1, 1)]),
        ("# 只有注释\n", [("yaml.empty", 1, 1)]),
        ("shop: {id: x}\n", [("book.empty", 1, 1)]),
        ("entries: [", [("yaml.syntax", 2, 1)]),
        ("a: b: c\n", [("yaml.syntax", 1, 5)]),
        ("entries:\n\t- id: x\n", [("yaml.syntax", 2, 1)]),
        ("- 一\n- 二\n", [("schema.type", 1, 1)]),
        ("entries: 一\n", [("schema.type", 1, 10)]),
        ("entrys: []\n", [("schema.unknown_key", 1, 1)]),
        (ENTRY + "    replay: 答\n", [("schema.unknown_key", 8, 5)]),
        (ENTRY + "    reply: 再答\n", [("schema.duplicate_key", 8, 5)]),
        ("entries:\n  - {id: a.b, reply: 答}\n", [("schema.missing_key", 2, 5)]),
        ("entries:\n  - {id: a.b, title: , reply: 答}\n", [("schema.missing_key", 2, 5)]),
        (ENTRY + "    stage: later\n", [("schema.choice", 8, 12)]),
        (ENTRY + "    greeting: [一]\n", [("schema.type", 8, 15)]),
        (ENTRY + "book: {thresholds: {answer: 2}}\n", [("schema.number", 8, 29)]),
        (ENTRY + "book: {thresholds: {answer: nan}}\n", [("schema.number", 8, 29)]),
        (
            ENTRY + "book: {thresholds: {answer: 0.2, choose: 0.3}}\n",
            [("book.thresholds", 8, 20)],
        ),
        (
            ENTRY + "facts: {a: {title: 一, value: 二, valid_from: 明天}}\n",
            [("schema.date", 8, 45)],
        ),
        (ENTRY + "variables: {订 单: {title: 一}}\n", [("variable.name", 8, 18)]),
        (
            ENTRY + "closings: [{id: c.a, text: 再见, when: {mood: [calm, sad]}}]\n",
            [("schema.choice", 8, 52)],
        ),
        (ENTRY + "moods: {urgent: {a: b}}\n", [("schema.type", 8, 17)]),
        (ENTRY + "guards: [{id: g.a}]\n", [("schema.missing_key", 8, 10)] * 2),
    ],
)
def test_what_is_wrong_and_where(text: str, found: list[tuple[str, int, int]]) -> None:
    assert rules(text) == found


def test_every_finding_says_what_to_do() -> None:
    for text in ("", "entries: [", "entries: 一", ENTRY + "    stage: x", "shop: {id: 1}"):
        assert all(f.message and f.hint for f in read(text)[1])


def test_files_are_joined_in_the_order_of_their_names() -> None:
    one, two = ENTRY, ENTRY.replace("a.b", "c.d")
    book, findings = read_book({"b.yaml": two, "a.yaml": one})
    assert findings == ()
    assert [(e.id, e.mark.file) for e in book.entries] == [("a.b", "a.yaml"), ("c.d", "b.yaml")]
    assert book.ids() == ("a.b", "c.d")


def test_a_broken_file_does_not_hide_the_others() -> None:
    book, findings = read_book({"a.yaml": "a: [", "b.yaml": ENTRY})
    assert [e.id for e in book.entries] == ["a.b"]
    assert [(f.rule_id, f.mark.file) for f in findings] == [("yaml.syntax", "a.yaml")]


def test_equal_facts_of_two_files_are_reported() -> None:
    fact = "facts:\n  a: {title: 一, value: 二}\n"
    _, findings = read_book({"a.yaml": fact, "b.yaml": fact + ENTRY})
    assert [(f.rule_id, f.mark.file) for f in findings] == [("fact.duplicate", "b.yaml")]


def test_the_version_changes_with_names_and_texts() -> None:
    versions = {
        read_book(files)[0].version
        for files in (
            {"a.yaml": ENTRY},
            {"b.yaml": ENTRY},
            {"a.yaml": ENTRY + " "},
            {"a.yaml": ENTRY, "b.yaml": ""},
        )
    }
    assert len(versions) == 4
    assert read_book({"a.yaml": ENTRY})[0].version in versions


def test_facts_procedures_and_the_rest() -> None:
    book, findings = read(
        ENTRY
        + "book: {name: 店, language: zh, thresholds: {answer: 0.8, choose: 0.2}}\n"
        + "shop: {id: s1}\n"
        + "facts: {a: {title: 一, value: 二, valid_until: 2026-01-02, otherwise: 三}}\n"
        + "procedures: [{id: sla.a, value: 快, seconds: 15,"
        + " applies: {entry: 'a.*', channel: phone},"
        + " tiers: [{customers: 5, seconds: 60}], fields: [一, 二]}]\n"
        + "lexicon: [[退钱, 退款]]\n"
        + "out_of_scope: [闲聊, {title: 其他, texts: [天气, 股票]}]\n"
        + "guard_units: [天]\n"
    )
    assert findings == ()
    assert (book.name, book.shop_id) == ("店", "s1")
    assert (book.thresholds.answer, book.thresholds.choose) == (0.8, 0.2)
    assert book.facts["a"].valid_until == date(2026, 1, 2)
    (procedure,) = book.procedures
    assert (procedure.seconds, procedure.entries, procedure.channel) == (15, ("a.*",), "phone")
    assert (procedure.tiers, procedure.details) == (((5, 60),), {"fields": ("一", "二")})
    assert book.lexicon == (("退钱", "退款"),)
    assert book.out_of_scope == ("闲聊", "天气", "股票")
    assert book.guard_units == ("天",)


PIECES = st.sampled_from(
    [*SECTIONS, "id", "title", "reply", "asks", "when", "platform", "yes", "text", "specs"]
)
SIGNS = st.sampled_from(
    ["\n  - ", "\n  ", ": ", "- ", "[", "]", "{", "}", ", ", "&a ", "*a", "!!x ", "#", "---\n"]
) | st.sampled_from(["答", "\t", "\x85", "\u2028", '"', "'", ">\n", "|\n", "\n"])
YAMLISH = st.lists(st.one_of(PIECES, SIGNS), max_size=40).map("".join)


def marks(book: Phrasebook, findings: Iterable[FileFinding]) -> list[Mark]:
    found = [f.mark for f in findings if f.mark.file != "."]
    for entry in book.entries:
        found += [entry.mark, entry.reply_mark, *(a.mark for a in entry.asks)]
        found += [m.mark for m in (*entry.near_misses, *entry.variants)]
    for group in (book.policies, book.rewrites, book.procedures, book.greetings, book.guards):
        found += [item.mark for item in group]
    return found + [f.mark for f in (*book.facts.values(), *book.variables.values())]


@given(st.one_of(YAMLISH, st.text(max_size=80), YAMLISH.map(lambda t: ENTRY + t)))
@example("a: &a [*a]")
@example("entries: &a\n  - *a")
@example("\x00")
@example("---\n---\n")
@example("? [a]\n: b")
def test_any_text_is_read_and_marks_lie_inside_the_file(text: str) -> None:
    book, findings = read(text)
    lines = LINE_BREAK.split(text)
    for mark in marks(book, findings):
        assert mark.file == "a.yaml"
        # What is missing at the end is reported one line after it, as libyaml does.
        assert 1 <= mark.line <= len(lines) + any(f.mark == mark for f in findings)
        # A leading byte order mark and trailing breaks are no column of their own.
        assert 1 <= mark.column <= max(map(len, lines)) + 2


def test_a_lone_surrogate_is_a_finding() -> None:
    assert [f.rule_id for f in read("a: \ud800")[1]] == ["yaml.syntax"]


def test_deep_nesting_does_not_end_the_process() -> None:
    program = (
        "from app.engine.source import read_book\n"
        "print(len(read_book({'a.yaml': '[' * 50_000})[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "1"), done.stderr[-300:]
