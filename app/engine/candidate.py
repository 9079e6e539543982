"""One entry that may answer a message, and what its confidence is made from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from app.engine.model import Entry

TINY = 1e-6  # probabilities below count as this one

NearAsks = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry for one message. `ask` is the nearest ask.

    `probability` is the softmax over entries and silence, `margin` the log ratio to the best
    other entry, `silence` the similarity of the nearest out-of-scope text less that of the ask.
    `alternatives` gives the next nearest asks with their similarities, nearest first.
    """

    entry: Entry
    confidence: float
    ask: str
    similarity: float
    probability: float
    margin: float
    silence: float
    alternatives: Callable[[], NearAsks] = field(default=tuple, compare=False)
    read_as: str = ""
    synonyms: tuple[tuple[str, str], ...] = ()


def features(candidate: Candidate) -> tuple[float, float, float]:
    """What confidence is made from: log odds, margin, silence (see `Calibration`)."""
    return log_odds(candidate.probability), candidate.margin, candidate.silence


def log_odds(p: float) -> float:
    """ln(p / (1 - p)), finite for 0 and 1 too."""
    return log(p) - log(1 - p)


def log(x: float) -> float:
    """The natural logarithm, of `TINY` at least."""
    return math.log(max(x, TINY))
