"""Figures of matching quality over outcomes, each with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 1000
SEED = 20261122

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of every case, as arrays of one length.

    `first`, `third`: an expected entry came first, among the first three. `confidence`: of the
    first entry, 0 without one. `answered`: the decision was `answer`. `inside`: something was
    expected.
    """

    first: Bools
    third: Bools
    confidence: Floats
    answered: Bools
    inside: Bools

    def take(self, rows: Rows) -> Outcomes:
        """The outcomes of these rows; rows may repeat."""
        return Outcomes(
            self.first[rows],
            self.third[rows],
            self.confidence[rows],
            self.answered[rows],
            self.inside[rows],
        )


def top1(o: Outcomes) -> float:
    """Share of in-scope cases whose first entry is an expected one."""
    return _mean(o.first[o.inside])


def top3(o: Outcomes) -> float:
    """Share of in-scope cases with an expected entry among the first three."""
    return _mean(o.third[o.inside])


def recall_at(o: Outcomes, precision: float) -> float:
    """In-scope cases answered rightly at the lowest confidence that keeps this precision.

    Answers are taken down in order of confidence over all cases, in scope or not.
    """
    order = np.argsort(-o.confidence, kind="stable")
    hits = np.cumsum(o.first[order])
    good = np.flatnonzero(hits >= precision * np.arange(1, len(hits) + 1))
    total = int(o.inside.sum())
    return float(hits[good[-1]] / total) if len(good) and total else 0.0


def answer_precision(o: Outcomes) -> float:
    """Share of the answers given under decision `answer` that are right."""
    return _mean(o.first[o.answered])


def answered(o: Outcomes) -> float:
    """Share of in-scope cases answered rightly under decision `answer`."""
    total = int(o.inside.sum())
    return float((o.first & o.answered).sum() / total) if total else 0.0


def silent_when_right(o: Outcomes) -> float:
    """Share of out-of-scope cases without an answer."""
    return _mean(~o.answered[~o.inside])


def calibration_error(o: Outcomes, bins: int = 10) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017)."""
    place = np.minimum((o.confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=o.confidence - o.first, minlength=bins)
    return float(np.abs(gaps).sum() / max(1, len(o.first)))


FIGURES: Mapping[str, Callable[[Outcomes], float]] = {
    "top1": top1,
    "top3": top3,
    "recall_at_90": lambda o: recall_at(o, 0.9),
    "recall_at_80": lambda o: recall_at(o, 0.8),
    "answer_precision": answer_precision,
    "answered": answered,
    "silent_when_right": silent_when_right,
    "calibration_error": calibration_error,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % bootstrap interval (Efron 1979, percentile method)."""

    value: float
    low: float
    high: float


def figures(o: Outcomes) -> dict[str, Figure]:
    """Every figure of FIGURES with its interval; deterministic."""
    samples = [o.take(rows) for rows in _resamples(len(o.first))]
    found = {}
    for name, measure in FIGURES.items():
        low, high = np.percentile([measure(s) for s in samples], (2.5, 97.5))
        found[name] = Figure(round(measure(o), 4), round(float(low), 4), round(float(high), 4))
    return found


def differences(a: Outcomes, b: Outcomes) -> dict[str, Figure]:
    """b minus a for the same cases in the same order, with paired bootstrap intervals."""
    rows = list(_resamples(len(a.first)))
    found = {}
    for name, measure in FIGURES.items():
        spread = [measure(b.take(r)) - measure(a.take(r)) for r in rows]
        low, high = np.percentile(spread, (2.5, 97.5))
        value = measure(b) - measure(a)
        found[name] = Figure(round(value, 4), round(float(low), 4), round(float(high), 4))
    return found


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram: cases whose confidence lies in [low, high)."""

    low: float
    high: float
    cases: int
    confidence: float
    right: float


def reliability(o: Outcomes, bins: int = 10) -> tuple[Bin, ...]:
    """Mean confidence beside the share that was right, by bins of confidence."""
    place = np.minimum((o.confidence * bins).astype(int), bins - 1)
    found = []
    for b in range(bins):
        mine = place == b
        found.append(
            Bin(
                b / bins,
                (b + 1) / bins,
                int(mine.sum()),
                round(_mean(o.confidence[mine]), 4),
                round(_mean(o.first[mine]), 4),
            )
        )
    return tuple(found)


def _resamples(n: int) -> npt.NDArray[np.intp]:
    rng = np.random.default_rng(SEED)
    return rng.integers(0, max(1, n), size=(RESAMPLES, n), dtype=np.intp)


def _mean(values: npt.NDArray[np.bool_] | Floats) -> float:
    return float(values.mean()) if len(values) else 0.0
