"""Two books, or two encoders, on the same cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine.suggestion import Answer
from app.evaluation import NOTHING, Case, outcomes, ranked_ids
from app.measures import Figure, differences


@dataclass(frozen=True, slots=True)
class Change:
    """A case whose first entry changed between right and wrong."""

    message: str
    before: str
    after: str
    right_after: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Second minus first: figures with paired intervals, and the in-scope cases that changed."""

    figures: Mapping[str, Figure]
    mended: int
    broken: int
    changes: tuple[Change, ...]


def compare(cases: Sequence[Case], first: Sequence[Answer], second: Sequence[Answer]) -> Comparison:
    """Compares two lists of answers to the same cases."""
    a, b = outcomes(cases, first), outcomes(cases, second)
    changes = tuple(
        Change(
            " / ".join(case.messages),
            next(iter(ranked_ids(before)), NOTHING),
            next(iter(ranked_ids(after)), NOTHING),
            bool(right),
        )
        for case, before, after, was, right in zip(
            cases, first, second, a.first, b.first, strict=True
        )
        if case.expected and was != right
    )
    mended = sum(c.right_after for c in changes)
    return Comparison(differences(a, b), mended, len(changes) - mended, changes)
