"""A softmax regression over the asks, fitted when the book loads.

Multinomial logistic regression with an L2 penalty, fitted by a few L-BFGS steps (Liu and
Nocedal 1989) on [whitened vector, hashed grams]. One class an entry, one for out of scope.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from app.engine.features import Floats

PENALTY = 0.1  # of the squared weights, beside a loss summed over the asks
STEPS = 20


@dataclass(frozen=True, slots=True)
class Head:
    """Weights: `dense` (d, classes) for vectors, `grams` (buckets, classes) for grams."""

    dense: Floats
    grams: Floats

    def logits(self, vectors: Floats, grams: sparse.csr_matrix) -> Floats:
        """(n, classes) scores before the softmax."""
        return np.asarray(vectors @ self.dense + grams @ self.grams, dtype=np.float32)


def softmax(logits: Floats) -> Floats:
    """Rows that sum to 1."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def fit_head(
    vectors: Floats, grams: sparse.csr_matrix, labels: npt.NDArray[np.intp], classes: int
) -> Head:
    """Fits the weights. Deterministic: starts from zero, a fixed number of steps."""
    from scipy.optimize import minimize  # takes half a second: only who fits a book waits for it

    n, d = vectors.shape
    rows = np.arange(n)
    grams_t = grams.T.tocsr()
    split = d * classes

    def objective(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.astype(np.float32)
        dense = weights[:split].reshape(d, classes)
        gram = weights[split:].reshape(-1, classes)
        p = softmax(vectors @ dense + grams @ gram)
        loss = -np.log(p[rows, labels] + 1e-30).sum() + PENALTY / 2 * float(weights @ weights)
        p[rows, labels] -= 1
        gradient = np.concatenate([(vectors.T @ p).ravel(), np.asarray(grams_t @ p).ravel()])
        return float(loss) / n, (gradient + PENALTY * weights).astype(np.float64) / n

    start = np.zeros((d + grams.shape[1]) * classes)
    found = minimize(
        objective, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 5}
    ).x.astype(np.float32)
    return Head(found[:split].reshape(d, classes), found[split:].reshape(-1, classes))
