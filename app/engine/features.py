"""What a message looks like to the matcher: hashed grams, beside the sentence vector.

Grams are character and pinyin uni- and bigrams of the core text, weighted by tf-idf and hashed
into a fixed number of signed buckets (Weinberger et al. 2009, "Feature Hashing for Large Scale
Multitask Learning"). For the vectors see `whitening.py`.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from app.engine.pinyin import pinyin

BUCKETS = 4096
PINYIN_WEIGHT = 0.5
_PINYIN_SHARE = np.float32(math.sqrt(PINYIN_WEIGHT))

Floats = npt.NDArray[np.float32]


@lru_cache(maxsize=262_144)
def _bucket(gram: str) -> tuple[int, float]:
    code = zlib.crc32(gram.encode("utf-8", "replace"))
    return (code >> 1) % BUCKETS, 1.0 if code & 1 else -1.0


def char_grams(core: str) -> list[str]:
    """Characters and pairs of neighbours."""
    return [*core, *map("".join, pairwise(core))]


def pinyin_grams(core: str) -> list[str]:
    """Syllables and pairs of neighbours; Latin letters run together, so typed pinyin meets."""
    syllables = [pinyin(c) for c in core]
    return [f"~{s}" for s in syllables] + [f"~{a}~{b}" for a, b in pairwise(syllables)]


@dataclass(frozen=True, slots=True)
class GramRow:
    """One sparse row: weights in hashed buckets; those of a bucket that stands twice add up."""

    buckets: npt.NDArray[np.intp]
    weights: Floats


class GramWeights:
    """Inverse document frequencies of the grams of a book; unseen grams weigh nothing."""

    def __init__(self, cores: Sequence[str]) -> None:
        counts: Counter[str] = Counter()
        for core in cores:
            counts.update(set(char_grams(core)))
            counts.update(set(pinyin_grams(core)))
        n = max(1, len(cores))
        self._place = {gram: i for i, gram in enumerate(counts)}
        idf = [math.log((1 + n) / (1 + c)) + 1 for c in counts.values()]
        hashed = [_bucket(gram) for gram in counts]
        self._idf = np.array(idf, dtype=np.float32)
        self._buckets = np.array([bucket for bucket, _ in hashed], dtype=np.intp)
        self._signs = np.array([sign for _, sign in hashed], dtype=np.float32)

    def row(self, core: str) -> GramRow:
        """The hashed tf-idf vector of one core text."""
        chars, char_weights = self._weighed(char_grams(core))
        sounds, sound_weights = self._weighed(pinyin_grams(core))
        places = np.concatenate([chars, sounds])
        weights = np.concatenate([char_weights, _PINYIN_SHARE * sound_weights])
        return GramRow(self._buckets[places], weights * self._signs[places])

    def _weighed(self, grams: Sequence[str]) -> tuple[npt.NDArray[np.intp], Floats]:
        """Places of the known grams, each once, and their weights as a vector of length 1."""
        times = Counter(grams) if len(set(grams)) < len(grams) else None
        known = self._place
        distinct = [g for g in times or grams if g in known]
        places = np.array([known[g] for g in distinct], dtype=np.intp)
        weights = self._idf[places]
        if times:
            weights *= np.array([1 + math.log(times[g]) for g in distinct], dtype=np.float32)
        return places, weights / max(math.sqrt(weights @ weights), 1e-9)


class GramRows:
    """The rows of a book's texts one after another, as in a compressed sparse row matrix."""

    def __init__(self, rows: Sequence[GramRow]) -> None:
        lengths = [len(r.buckets) for r in rows]
        self.shape = (len(rows), BUCKETS)
        self.starts = np.cumsum([0, *lengths])
        none = np.zeros(0, dtype=np.int32)
        self.buckets = np.concatenate([none, *(r.buckets.astype(np.int32) for r in rows)])
        self.weights = np.concatenate([none.astype(np.float32), *(r.weights for r in rows)])

    def times(self, lines: npt.NDArray[np.intp], row: GramRow) -> Floats:
        """The dot products of a few rows with one, (len(lines),)."""
        dense = np.bincount(row.buckets, row.weights, BUCKETS).astype(np.float32)
        spans = [slice(self.starts[i], self.starts[i + 1]) for i in lines]
        products = [self.weights[s] @ dense[self.buckets[s]] for s in spans]
        return np.array(products, dtype=np.float32)


class GramColumns:
    """The same numbers by bucket, so that a product with all rows reads only what is shared."""

    def __init__(self, rows: GramRows) -> None:
        order = np.argsort(rows.buckets, kind="stable")
        self._count = rows.shape[0]
        self._lines = np.repeat(np.arange(self._count), np.diff(rows.starts))[order]
        self._weights = rows.weights[order]
        places = np.searchsorted(rows.buckets[order], np.arange(BUCKETS + 1)).tolist()
        self._lists = [slice(a, b) for a, b in pairwise(places)]

    def times(self, row: GramRow) -> Floats:
        """The dot product of every row with one, (n,)."""
        lists = [self._lists[b] for b in row.buckets.tolist()]
        if not lists:
            return np.zeros(self._count, dtype=np.float32)
        lines = np.concatenate([self._lines[part] for part in lists])
        shared = np.concatenate([self._weights[part] for part in lists])
        shared *= np.repeat(row.weights, [part.stop - part.start for part in lists])
        return np.bincount(lines, shared, self._count).astype(np.float32)
