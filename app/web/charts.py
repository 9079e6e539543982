"""Geometry of the charts: figures in, places in a drawing of 1000 × 100 out.

The drawing is stretched to the room there is, so it holds shapes only; words stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000.0, 100.0
_GAP = 0.25  # share of a column that stays free


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a column; `kind` chooses its colour."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """The pieces of one day from the bottom up, and what they say."""

    words: str
    bars: tuple[Bar, ...]


def columns(
    values: Sequence[Mapping[str, int]], words: Sequence[str], top: int
) -> tuple[Column, ...]:
    """Stacked bars, one column a mapping (kind -> number); `top` is the number at the top."""
    step = WIDTH / max(len(values), 1)
    made = []
    for at, kinds in enumerate(values):
        bars, below = [], 0.0
        for kind, number in kinds.items():
            height = HEIGHT * number / max(top, 1)
            if number:
                place = HEIGHT - below - height
                bars.append(
                    Bar(
                        kind,
                        _short(step * (at + _GAP / 2)),
                        _short(place),
                        _short(step * (1 - _GAP)),
                        _short(height),
                    )
                )
            below += height
        made.append(Column(words[at], tuple(bars)))
    return tuple(made)


def lines(shares: Sequence[float | None]) -> tuple[str, ...]:
    """Shares (0 to 1) as the points of one or several lines: a day without a share interrupts.

    A day alone becomes a short stroke, so that it is seen.
    """
    step = WIDTH / max(len(shares), 1)
    drawn: list[list[tuple[float, float]]] = [[]]
    for at, share in enumerate(shares):
        if share is None:
            drawn.append([])
        else:
            drawn[-1].append((step * (at + 0.5), HEIGHT * (1 - share)))
    runs = [_stroke(run, step) if len(run) == 1 else run for run in drawn if run]
    return tuple(" ".join(f"{_short(x)},{_short(y)}" for x, y in run) for run in runs)


def round_top(most: int) -> int:
    """The least number of the kind 1, 2, 5, 10, 20, 50 … that is not below `most`."""
    power = 1
    while True:
        for first in (1, 2, 5):
            if first * power >= most:
                return first * power
        power *= 10


def _stroke(run: Sequence[tuple[float, float]], step: float) -> list[tuple[float, float]]:
    ((x, y),) = run
    return [(x - step / 4, y), (x + step / 4, y)]


def _short(number: float) -> float:
    return round(number, 2)
