"""The book that ships: no error, no warning but the listed ones, and quick to lint."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.engine.source import read_book
from app.lint.output import as_text
from app.lint.run import has_errors, lint

FOLDER = Path(__file__).parents[2] / "phrasebook"
FILES = {
    path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in FOLDER.rglob("*.yaml")
}
TODAY = date(2026, 11, 22)
REPLY = "\n    reply: >-\n      "


def test_no_error() -> None:
    book, read_findings = read_book(FILES)
    found = [f for f in lint(book, read_findings, today=TODAY) if f.severity == "error"]
    assert not has_errors(found), as_text(found)


def test_no_rule_warns_of_a_text_that_customers_get() -> None:
    book, read_findings = read_book(FILES)
    found = lint(book, read_findings, today=TODAY)
    assert [f for f in found if f.rule_id.startswith(("template.", "variant."))] == []


def test_the_promotion_of_the_book_runs_out_without_an_error() -> None:
    book, _ = read_book(FILES)
    last = max(f.valid_until for f in book.facts.values() if f.valid_until is not None)
    found = lint(book, (), today=last.replace(year=last.year + 1))
    assert "fact.expired" in {f.rule_id for f in found}
    assert not has_errors(found), as_text(found)


def test_a_forbidden_sentence_in_any_reply_is_found() -> None:
    files = dict(FILES)
    name = "entries/invoice.yaml"
    files[name] = files[name].replace(REPLY, REPLY + "特价商品不开发票的。\n      ")
    book, _ = read_book(files)
    changed = [e for e in book.entries if e.mark.file == name]
    found = lint(book, (), today=TODAY)
    lines = {f.mark.line for f in found if f.rule_id == "template.policy"}
    assert changed
    assert {e.reply_mark.line for e in changed} <= lines
