"""Every item of a book that has an id, and the known id nearest to a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from app.engine.model import Mark, Phrasebook

_NEAR = 60.0  # of 100; below this a guess confuses more than it helps


def named_items(book: Phrasebook) -> Iterator[tuple[str, Mark]]:
    """(id, place) of every item with an id, in the order of the files; an id may be empty."""
    groups = (
        book.entries,
        book.greetings,
        book.closings,
        book.rewrites,
        book.policies,
        book.procedures,
    )
    found = [(item.id, item.mark) for group in groups for item in group]
    found.sort(key=lambda item: (item[1].file, item[1].line, item[1].column))
    return iter(found)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when none is like it. Deterministic."""
    match = process.extractOne(name, sorted(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return None if match is None else str(match[0])


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """A hint that names the nearest known name, or `otherwise`."""
    near = nearest(name, known)
    return f"是不是想写“{near}”？" if near is not None else otherwise
