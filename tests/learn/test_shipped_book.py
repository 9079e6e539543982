"""The book that ships proves itself, bundled encoder; its cases are many and its own."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from app.bookshelf import check_folder
from app.encoders.prepared import Prepared
from app.engine.encode import BundledEncoder
from app.engine.normalize import normalize
from app.engine.suggest import Suggester
from app.learn.prove import Proving, prepared_texts, prove
from app.reports.proving import as_text

ROOT = Path(__file__).parents[2]
BOOK, FINDINGS = check_folder(ROOT / "phrasebook")


@pytest.fixture(scope="module")
def proved() -> Proving:
    texts = [normalize(text).core for text in prepared_texts(BOOK)]
    engine = Suggester(BOOK, Prepared(BundledEncoder(), texts))
    return prove(engine, FINDINGS, today=date(2026, 11, 22))


def test_it_does_what_it_says(proved: Proving) -> None:
    assert proved.flaws == (), "\n".join(as_text(proved))


def test_known_failures_are_few_and_have_a_reason(proved: Proving) -> None:
    known = [case for case in BOOK.cases if case.known]
    assert list(proved.known) == known
    assert len(known) <= len(BOOK.cases) / 10
    assert all(len(case.known) >= 8 for case in known)


def test_the_cases_reach_the_whole_book() -> None:
    wanted = {name for case in BOOK.cases for name in case.entries}
    assert {entry.id for entry in BOOK.entries if entry.asks} <= wanted
    assert len(BOOK.cases) >= 120
    assert sum(not case.entries for case in BOOK.cases) >= 20
    assert sum(len(case.messages) > 1 for case in BOOK.cases) >= 12
    assert sum(bool(case.says) for case in BOOK.cases) >= 12


def test_the_cases_are_no_asks_and_stand_nowhere_else() -> None:
    """A case of the same wording as an ask proves nothing new; one with `says` proves the reply,
    and a known one names an ask that fails."""
    core = {text: normalize(text).core for case in BOOK.cases for text in case.messages}
    book = [ask.text for entry in BOOK.entries for ask in entry.asks]
    book += [miss.text for entry in BOOK.entries for miss in entry.near_misses]
    folder = ROOT / "tests" / "engine" / "cases"
    groups = yaml.safe_load((folder / "lookalikes.yaml").read_text("utf-8"))
    tested = [case["message"] for group in groups.values() for case in group]
    known = {normalize(text).core for text in (*book, *BOOK.out_of_scope, *tested)}
    new = [case for case in BOOK.cases if len(case.messages) == 1 and not (case.says or case.known)]
    assert [c.messages[0] for c in new if core[c.messages[0]] in known] == []
    counts = Counter(core[c.messages[0]] for c in new)
    assert [text for text, count in counts.items() if count > 1] == []
    bursts = yaml.safe_load((folder / "bursts.yaml").read_text("utf-8"))
    theirs = {tuple(case["messages"]) for case in bursts}
    assert not theirs & {case.messages for case in BOOK.cases}
