"""Sentence vectors made comparable by what a book's own asks tell about them.

Vectors are whitened by the covariance within entries, so that directions in which asks of one
entry differ count little (Hatch et al. 2006, "Within-class covariance normalization"). Where
there is little to learn that from, the vectors without the direction that all of them share
(Mu and Viswanath 2018, "All-but-the-Top") stand beside the whitened ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from app.engine.encode import Vectors
from app.engine.errors import EncoderChanged

RIDGE = 1.0  # times the mean variance
PRIOR_SAMPLES = 20.0
COMMON = 1  # directions that all vectors share

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Part:
    """The map of one encoder's vectors among those that stand side by side.

    Rows of the result have the length of the rows that it was fitted on; `plain` of their
    square is the plain vector's, whose columns follow those of the whitened one.
    """

    mean: Floats
    map: Floats
    common: Floats
    length: float
    plain: float

    def __call__(self, vectors: Vectors) -> Floats:
        centred: Floats = vectors - self.mean
        mapped: Floats = centred @ self.map
        whitened = _of_length(mapped, self.length * (1 - self.plain) ** 0.5)
        if not self.plain:
            return whitened
        rest = np.asarray(centred - centred @ self.common.T @ self.common, np.float32)
        return np.hstack([whitened, _of_length(rest, self.length * self.plain**0.5)])


@dataclass(frozen=True, slots=True)
class Whitening:
    """A map of sentence vectors of so many columns; rows of the result have length 1.

    `turn`, where there is one, has the directions of the result as columns.
    """

    parts: tuple[tuple[slice, _Part], ...]
    columns: int
    turn: Floats | None = None

    def __call__(self, vectors: Vectors) -> Floats:
        """(n, d) vectors mapped. Raises EncoderChanged for vectors of another width."""
        if vectors.shape[1] != self.columns:
            raise EncoderChanged("句向量的维数和载入话术库时不同，像是换了模型。")
        if len(self.parts) == 1:
            mapped = self.parts[0][1](vectors)
        else:
            mapped = np.hstack([vectors[:, :0], *(p(vectors[:, at]) for at, p in self.parts)])
        return mapped if self.turn is None else np.asarray(mapped @ self.turn)

    def turned(self, turn: Floats) -> Whitening:
        """The same map with its rows in other directions, so that products stay what they are.

        `turn` is orthonormal. What is one matrix is kept as one: it is read at every message.
        """
        if len(self.parts) != 1 or self.parts[0][1].plain:
            return replace(self, turn=turn)
        place, part = self.parts[0]
        return replace(self, parts=((place, replace(part, map=part.map @ turn)),))


def fit_whitening(
    vectors: Vectors,
    labels: npt.NDArray[np.intp],
    *,
    widths: Sequence[int] = (),
    plain: float = 0.0,
) -> Whitening:
    """Whitening by the pooled covariance within labels, shrunk to the total covariance.

    With one ask an entry there is no spread within entries, and the total covariance is all
    that is left. Labels < 0 (out of scope) count for the mean and total only. `widths` are those
    of vectors that stand side by side, each whitened by itself; `plain` is the share of the
    plain vectors, from 0 to 1.
    """
    columns = vectors.shape[1]
    if not columns or not len(vectors):
        widths = ()
    elif not widths:
        widths = (columns,)
    ends = np.cumsum([0, *widths]).tolist()
    places = [slice(a, b) for a, b in pairwise(ends)]
    parts = tuple((place, _fit_part(vectors[:, place], labels, plain)) for place in places)
    return Whitening(parts, columns)


def _fit_part(vectors: Vectors, labels: npt.NDArray[np.intp], plain: float) -> _Part:
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    total = centred.T @ centred / len(vectors)
    inside = labels >= 0
    within, freedom = _within(vectors[inside], labels[inside])
    covariance = (within + PRIOR_SAMPLES * total) / (freedom + PRIOR_SAMPLES)
    scale = float(np.trace(covariance)) / len(mean)
    root = np.linalg.cholesky(covariance + RIDGE * scale * np.eye(len(mean)))
    return _Part(
        mean,
        np.asarray(np.linalg.inv(root).T, dtype=np.float32),
        _common(total) if plain else np.zeros((0, len(mean)), np.float32),
        float(np.sqrt(_squares(vectors).mean())),
        plain,
    )


def _common(total: Floats) -> Floats:
    """The directions in which texts differ most whatever they are about, (COMMON, d)."""
    return np.ascontiguousarray(np.linalg.eigh(total)[1][:, -COMMON:].T, dtype=np.float32)


def _of_length(rows: Floats, length: float) -> Floats:
    norms = np.sqrt(_squares(rows))[:, None]
    return np.asarray(rows * (length / np.maximum(norms, 1e-9)), dtype=np.float32)


def _squares(rows: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", rows, rows))


def _within(vectors: Vectors, labels: npt.NDArray[np.intp]) -> tuple[Floats, int]:
    """Sum of squares within labels, and its degrees of freedom."""
    if not len(labels):
        return np.zeros((vectors.shape[1],) * 2, np.float32), 0
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    counts = np.diff(starts, append=len(order))
    means = np.add.reduceat(vectors[order], starts) / counts[:, None].astype(np.float32)
    residual = vectors[order] - means.repeat(counts, axis=0)
    return np.asarray(residual.T @ residual, np.float32), len(order) - len(starts)
