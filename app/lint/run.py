"""The whole lint of a phrasebook: what reading found, then every rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.engine.model import FileFinding, Phrasebook
from app.lint.context import LintContext
from app.lint.rules import NEEDS_WHOLE_BOOK, RULES


def lint(
    book: Phrasebook, read_findings: Iterable[FileFinding], *, today: date
) -> tuple[FileFinding, ...]:
    """Every finding of a book and of reading it, by file, line and column. Never raises.

    Takes both results of `read_book`. While a file can not be parsed at all, rules that compare
    parts of the book with each other stay silent: every name in that file would seem unknown.
    """
    found = list(read_findings)
    broken = any(finding.rule_id == "yaml.syntax" for finding in found)
    context = LintContext(book, today=today, read_errors=has_errors(found))
    for rule in RULES:
        if not (broken and rule in NEEDS_WHOLE_BOOK):
            found.extend(rule.check(book, context))
    return tuple(sorted(found, key=_place))


def has_errors(findings: Iterable[FileFinding]) -> bool:
    """True when the book must not be used."""
    return any(finding.severity == "error" for finding in findings)


def _place(finding: FileFinding) -> tuple[str, int, int, str, str]:
    mark = finding.mark
    return mark.file, mark.line, mark.column, finding.rule_id, finding.message
