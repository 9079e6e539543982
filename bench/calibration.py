"""Fits the constants of `app.engine.rank.Calibration` and checks them by cross-fitting.

    python bench/calibration.py MESSAGES.jsonl [--encoder bundled|none] [--phrasebook DIR]

MESSAGES.jsonl: lines {"message", "expected": [entry ids]}; no message may be an ask of the book.
Prints the constants fitted on all messages, and, from ten folds in which nothing is fitted on
the message that it is measured on: calibration error (10 equal bins), recall at 90 % and 80 %
precision over all messages, and precision and share of answers at the book's thresholds.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from app.bookshelf import read_folder
from app.engine.encode import BundledEncoder, NoEncoder
from app.engine.normalize import normalize
from app.engine.rank import Candidate, Ranker, features
from app.engine.source import read_book

Array = npt.NDArray[np.float64]
FOLDS = 10


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
    return np.r_[w[0] - weights @ mean, weights]


def predict(w: Array, x: Array) -> Array:
    """Chances under fitted weights."""
    return np.asarray(1 / (1 + np.exp(-(w[0] + x @ w[1:]))))


def calibration_error(confidence: Array, right: Array, bins: int = 10) -> float:
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


def main() -> None:
    """Reads the arguments, fits, prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("messages", type=Path)
    parser.add_argument("--encoder", choices=("bundled", "none"), default="bundled")
    parser.add_argument("--phrasebook", type=Path, default=Path("phrasebook"))
    args = parser.parse_args()
    cases = [json.loads(line) for line in args.messages.read_text("utf-8").splitlines()]
    book, _ = read_book(read_folder(args.phrasebook))
    ranker = Ranker(book, BundledEncoder() if args.encoder == "bundled" else NoEncoder())
    ranked = ranker.rank([normalize(c["message"]) for c in cases])
    tops: list[tuple[int, Candidate]] = [(i, r[0]) for i, r in enumerate(ranked) if r]
    x = np.array([features(c) for _, c in tops])
    y = np.array([float(c.entry.id in cases[i]["expected"]) for i, c in tops])
    in_scope = sum(bool(c["expected"]) for c in cases)
    fold = np.random.default_rng(0).permutation(len(x)) % FOLDS
    crossed = np.zeros(len(x))
    for k in range(FOLDS):
        crossed[fold == k] = predict(fit(x[fold != k], y[fold != k]), x[fold == k])
    print("constants (bias, odds, margin, silence):", np.round(fit(x, y), 3))
    shipped = np.array([c.confidence for _, c in tops])
    for name, confidence in (("cross-fitted", crossed), ("shipped", shipped)):
        print(
            f"{name}: calibration error {calibration_error(confidence, y):.3f}, "
            f"recall at 90 % {recall_at(confidence, y, in_scope, 0.9):.3f}, "
            f"at 80 % {recall_at(confidence, y, in_scope, 0.8):.3f}"
        )
        for limit in (0.6, 0.65, 0.7, 0.75, 0.8, book.thresholds.answer):
            sure = confidence >= limit
            print(
                f"   answer at {limit:.2f}: precision {y[sure].mean():.3f}, "
                f"{y[sure].sum() / in_scope:.3f} of the in-scope messages answered rightly"
            )


if __name__ == "__main__":
    main()
