"""A softmax regression over the asks, fitted when the book loads.

Multinomial logistic regression with an L2 penalty, fitted by a few L-BFGS steps (Liu and
Nocedal 1989) on [whitened vector, hashed grams]. One class an entry, one for out of scope.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from app.engine.features import BUCKETS, Floats, GramRow, GramRows
from app.engine.lbfgs import minimize
from app.engine.lines import Ids

PENALTY = 0.1  # of the squared weights, beside a loss summed over the asks
# Texts of a class up to which each counts in full. More of them repeat each other: a hundred
# asks are not worth a hundred customers, so the penalty grows with them.
FULL = 12
STEPS = 12


@dataclass(frozen=True, slots=True)
class Head:
    """Weights: `dense` (d, classes) for vectors, `grams` (buckets, classes) for grams."""

    dense: Floats
    grams: Floats

    def logits(self, vector: Floats, grams: GramRow) -> Floats:
        """(classes,) scores of one text before the softmax."""
        by_grams = grams.weights @ self.grams[grams.buckets]
        return by_grams + vector @ self.dense if len(vector) else by_grams


class Memory(Protocol):
    """Keeps arrays by a key that names what they were computed from."""

    def read(self, key: str) -> Mapping[str, Floats] | None:
        """What was kept under this key; None when nothing is, or when it is damaged."""

    def write(self, key: str, arrays: Mapping[str, Floats]) -> None:
        """Keeps arrays for later; trouble with that is nobody's trouble but the next start's."""


class Forgetful:
    """Keeps nothing."""

    def read(self, key: str) -> None:
        """Nothing."""

    def write(self, key: str, arrays: Mapping[str, Floats]) -> None:
        """Nowhere."""


def softmax(logits: Floats) -> Floats:
    """Shares that sum to 1 along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def fit_head(vectors: Floats, rows: GramRows, labels: Ids, classes: int, memory: Memory) -> Head:
    """The weights, from memory when these very texts were fitted before. Deterministic."""
    penalty = PENALTY * max(1.0, len(labels) / classes / FULL)
    key = _key(vectors, rows, labels, classes, penalty)
    shapes = (vectors.shape[1], classes), (BUCKETS, classes)
    known = memory.read(key)
    if known and (known["dense"].shape, known["grams"].shape) == shapes:
        return Head(known["dense"], known["grams"])
    head = _fitted(vectors, rows, labels, classes, penalty)
    memory.write(key, {"dense": head.dense, "grams": head.grams})
    return head


def _key(vectors: Floats, rows: GramRows, labels: Ids, classes: int, penalty: float) -> str:
    """Names everything that the weights depend on."""
    digest = hashlib.blake2b(f"{penalty} {STEPS} {classes}".encode(), digest_size=16)
    for array in (vectors, rows.starts, rows.buckets, rows.weights, labels):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _fitted(vectors: Floats, rows: GramRows, labels: Ids, classes: int, penalty: float) -> Head:
    """Starts from zero, a fixed number of steps."""
    from scipy import sparse  # takes a while to import: only who fits a book waits for it

    n, d = vectors.shape
    texts = np.arange(n)
    grams = sparse.csr_matrix((rows.weights, rows.buckets, rows.starts), shape=rows.shape)
    grams_t = grams.T.tocsr()
    split = d * classes

    def objective(weights: Floats) -> tuple[float, Floats]:
        dense = weights[:split].reshape(d, classes)
        gram = weights[split:].reshape(-1, classes)
        p = softmax(vectors @ dense + grams @ gram)
        right = np.log(p[texts, labels] + np.float32(1e-30)).sum(dtype=np.float64)
        loss = float(weights @ weights) * penalty / 2 - float(right)
        p[texts, labels] -= 1
        gradient = np.float32(penalty) * weights
        gradient[:split] += (vectors.T @ p).ravel()
        gradient[split:] += np.asarray(grams_t @ p).ravel()
        gradient /= np.float32(n)
        return loss / n, gradient

    found = minimize(objective, np.zeros((d + rows.shape[1]) * classes, np.float32), STEPS)
    return Head(found[:split].reshape(d, classes), found[split:].reshape(-1, classes))
