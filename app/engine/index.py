"""Character-gram index: message -> candidate asks, rarest grams first.

Posting lists of uni- and bigrams in two numpy arrays. A query adds up the weights of its rarest
grams until `BUDGET` postings are read, so the time stays bounded however large the book is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

BUDGET = 30_000
_SHIFT = np.uint64(21)  # a code point needs 21 bits

Ids = npt.NDArray[np.intp]


class GramIndex:
    """An index over core texts; row numbers are positions in the sequence given."""

    def __init__(self, cores: Sequence[str]) -> None:
        self.size = len(cores)
        grams, rows = _grams_of_all(cores)
        order = np.lexsort((rows, grams))
        grams, rows = grams[order], rows[order]
        fresh = np.ones(len(grams), dtype=bool)
        fresh[1:] = (grams[1:] != grams[:-1]) | (rows[1:] != rows[:-1])
        grams, self._rows = grams[fresh], rows[fresh].astype(np.int32)
        self._vocabulary, starts = np.unique(grams, return_index=True)
        self._starts = np.append(starts, len(grams))
        counts = np.bincount(self._rows, minlength=self.size).astype(np.float32)
        self._norm = 1 / np.sqrt(np.maximum(counts, 1))

    def candidates(self, core: str, limit: int) -> Ids:
        """Up to `limit` row numbers, best first; empty when no gram is shared."""
        codes = np.unique(_grams_of_all([core])[0])
        place = np.searchsorted(self._vocabulary, codes)
        place = np.minimum(place, max(len(self._vocabulary) - 1, 0))
        if not len(self._vocabulary):
            return np.zeros(0, dtype=np.intp)
        place = place[self._vocabulary[place] == codes]
        sizes = self._starts[place + 1] - self._starts[place]
        order = np.argsort(sizes, kind="stable")
        place, sizes = place[order], sizes[order]
        taken = max(1, int(np.searchsorted(np.cumsum(sizes), BUDGET, side="right")))
        lists = [self._rows[self._starts[p] : self._starts[p + 1]] for p in place[:taken]]
        if not lists:
            return np.zeros(0, dtype=np.intp)
        weights = np.log1p(self.size / sizes[:taken]).astype(np.float32)
        return self._best(np.concatenate(lists), np.repeat(weights, sizes[:taken]), limit)

    def _best(self, rows: npt.NDArray[np.int32], weights: npt.NDArray[np.float32], k: int) -> Ids:
        found, inverse = np.unique(rows, return_inverse=True)
        scores = np.bincount(inverse, weights=weights) * self._norm[found]
        if len(found) > k:
            part = np.argpartition(-scores, k - 1)[:k]
            found, scores = found[part], scores[part]
        return np.asarray(found[np.argsort(-scores, kind="stable")], dtype=np.intp)


def _grams_of_all(
    cores: Sequence[str],
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Codes of every uni- and bigram with the row that each stands in."""
    joined = "\n".join(cores) + "\n"
    points = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    ends = points == ord("\n")
    rows = np.cumsum(ends) - ends
    codes = points.astype(np.uint64)
    pairs = (codes[:-1] << _SHIFT) | codes[1:]
    inside = ~ends[:-1] & ~ends[1:]
    return (
        np.concatenate([codes[~ends], pairs[inside]]),
        np.concatenate([rows[~ends], rows[:-1][inside]]),
    )
