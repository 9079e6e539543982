"""Wordings that mean the same, put together: by vectors and characters, or by characters alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.engine.encode import Encoder
from app.engine.errors import EncoderError
from app.engine.features import GramColumns, GramRows, GramWeights

ALIKE = 0.55  # mean likeness of a wording to those of a cluster from which it joins them
ALIKE_BY_CHARACTERS = 0.50
MOST = 3000  # wordings that are compared; the cost grows with the square

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Likeness (-1 to 1) of each of n texts to each; `limit` is that from which two mean one."""

    of: Floats
    limit: float


def likeness(cores: Sequence[str], encoder: Encoder) -> Likeness:
    """Half vectors, half characters; characters alone when the encoder gives nothing."""
    by_grams = _by_grams(cores)
    try:
        vectors = encoder.encode(cores)
    except EncoderError:
        vectors = np.zeros((len(cores), 0), np.float32)
    if not vectors.shape[1]:
        return Likeness(by_grams, ALIKE_BY_CHARACTERS)
    mixed = np.asarray((by_grams + vectors @ vectors.T) / 2, np.float32)
    return Likeness(mixed, ALIKE)


def _by_grams(cores: Sequence[str]) -> Floats:
    weights = GramWeights(cores)
    rows = [weights.row(core) for core in cores]
    columns = GramColumns(GramRows(rows))
    norms = [float(np.sqrt(row.weights @ row.weights)) or 1.0 for row in rows]
    lengths = np.array(norms, dtype=np.float32)
    found = [columns.times(row) for row in rows]
    return np.asarray(np.array(found, np.float32) / np.outer(lengths, lengths), np.float32)


def clusters(counts: Sequence[int], alike: Likeness) -> list[list[int]]:
    """The places of texts that belong together, the most frequent of a cluster first.

    Each text, the most frequent first, joins the cluster to which it is most alike on average, or
    begins one. `counts` is how often each came.
    """
    order = sorted(range(len(counts)), key=lambda i: -counts[i])
    found: list[list[int]] = []
    sums = np.zeros((0, len(counts)), np.float32)  # of the likeness to each cluster's members
    for i in order:
        sizes = np.array([len(members) for members in found], np.float32)
        means = sums[:, i] / sizes
        best = int(means.argmax()) if found else -1
        if best >= 0 and means[best] >= alike.limit:
            found[best].append(i)
            sums[best] += alike.of[i]
        else:
            found.append([i])
            sums = np.vstack([sums, alike.of[i][None]])
    return found
