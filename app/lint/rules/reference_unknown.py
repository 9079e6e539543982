"""Names of greetings, closings and entries, and globs over entries, that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from app.engine.model import FileFinding, Mark, Phrase, Phrasebook, Policy, Procedure, Severity
from app.lint.context import LintContext
from app.lint.named import did_you_mean

ID = "reference.unknown"
SEVERITY: Severity = "error"
TITLE = "引用的编号不存在"
WHY = "指向的编号不存在，开场白、结束语或规范就用不上，而且不会有别的提示。"
HINT = "请改成已有的编号，或先把它写进话术库。"

_GLOB_HINT = "请改成已有的条目编号（* 代表任意字符），或删去它。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Errors for what an entry names; warnings for globs that match no entry."""
    yield from _named(book)
    known = {entry.id for entry in book.entries}
    for globs, mark, owner in _globs(book):
        for glob in globs:
            if not any(fnmatchcase(entry_id, glob) for entry_id in known):
                said = f"“{owner}”写的“{glob}”不符合任何条目。"
                yield FileFinding(ID, "warning", mark, said, did_you_mean(glob, known, _GLOB_HINT))


def _named(book: Phrasebook) -> Iterator[FileFinding]:
    greetings = {phrase.id for phrase in book.greetings}
    closings = {phrase.id for phrase in book.closings}
    for entry in book.entries:
        for kind, name, known in (
            ("开场白", entry.greeting, greetings),
            ("结束语", entry.closing, closings),
        ):
            if name is not None and name not in known:
                said = f"“{entry.id}”用的{kind}“{name}”不存在。"
                yield FileFinding(ID, SEVERITY, entry.mark, said, did_you_mean(name, known, HINT))


def _globs(book: Phrasebook) -> Iterator[tuple[tuple[str, ...], Mark, str]]:
    """(globs, place, owner) of every condition and rule that names entries."""
    for entry in book.entries:
        for variant in entry.variants:
            yield variant.when.entries, variant.mark, entry.id
    for phrase in (*book.greetings, *book.closings):
        yield from _phrase_globs(phrase)
    rules: tuple[Policy | Procedure, ...] = (*book.policies, *book.procedures)
    for item in rules:
        yield item.entries, item.mark, item.id


def _phrase_globs(phrase: Phrase) -> Iterator[tuple[tuple[str, ...], Mark, str]]:
    yield phrase.when.entries, phrase.mark, phrase.id
    for variant in phrase.variants:
        yield variant.when.entries, variant.mark, phrase.id
