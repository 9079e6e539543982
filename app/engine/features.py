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
_PINYIN_SHARE = math.sqrt(PINYIN_WEIGHT)
LOOKED_UP = 100_000  # grams of messages that are remembered; then all are forgotten

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
    return [_sound(gram) for gram in char_grams(core)]


def _sound(gram: str) -> str:
    """The syllables of a character gram."""
    return "".join([f"~{pinyin(char)}" for char in gram])


@dataclass(frozen=True, slots=True)
class GramRow:
    """One sparse row: weights in hashed buckets; those of a bucket that stands twice add up."""

    buckets: npt.NDArray[np.intp]
    weights: Floats


@dataclass(slots=True, eq=False)  # frozen ones take four times as long to make
class _Gram:
    """A gram of the book: its bucket, its weight with the sign of the hash, and that squared."""

    bucket: int
    weight: float
    square: float


class GramWeights:
    """Inverse document frequencies of the grams of a book; unseen grams weigh nothing."""

    def __init__(self, cores: Sequence[str]) -> None:
        counts: Counter[str] = Counter()
        sounds: dict[str, str] = {}
        for core in cores:
            grams = set(char_grams(core))
            sounds.update({gram: _sound(gram) for gram in grams if gram not in sounds})
            counts.update(grams)
            counts.update({sounds[gram] for gram in grams})
        n = max(1, len(cores))
        self._known: dict[str, _Gram] = {}
        for gram, count in counts.items():
            idf = math.log((1 + n) / (1 + count)) + 1
            bucket, sign = _bucket(gram)
            self._known[gram] = _Gram(bucket, sign * idf, idf * idf)
        # What was looked up lately: of a character gram itself and its sound.
        self._looked_up: dict[str, tuple[_Gram | None, _Gram | None]] = {
            gram: (self._known[gram], self._known[sound]) for gram, sound in sounds.items()
        }

    def row(self, core: str) -> GramRow:
        """The hashed tf-idf vector of one core text."""
        known = self._looked_up.get
        both = [known(gram) or self._look_up(gram) for gram in char_grams(core)]
        chars, char_weights = _weighed([char for char, _ in both if char], 1.0)
        sounds, sound_weights = _weighed([sound for _, sound in both if sound], _PINYIN_SHARE)
        return GramRow(
            np.array(chars + sounds, dtype=np.intp),
            np.array(char_weights + sound_weights, dtype=np.float32),
        )

    def _look_up(self, gram: str) -> tuple[_Gram | None, _Gram | None]:
        """What is known of a character gram and of its sound."""
        if len(self._looked_up) > len(self._known) + LOOKED_UP:
            self._looked_up.clear()
        both = self._known.get(gram), self._known.get(_sound(gram))
        self._looked_up[gram] = both
        return both


def _weighed(grams: Sequence[_Gram], length: float) -> tuple[list[int], list[float]]:
    """Their buckets, each gram once, and their weights as a vector of this length."""
    times = dict.fromkeys(grams, 0)
    if len(times) == len(grams):
        scale = length / max(math.sqrt(sum([g.square for g in grams])), 1e-9)
        return [g.bucket for g in grams], [g.weight * scale for g in grams]
    for gram in grams:
        times[gram] += 1
    weights = [g.weight * (1 + math.log(n)) if n > 1 else g.weight for g, n in times.items()]
    scale = length / max(math.sqrt(sum([w * w for w in weights])), 1e-9)
    return [g.bucket for g in times], [w * scale for w in weights]


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
        self._count = rows.shape[0]
        order = np.argsort(rows.buckets, kind="stable")
        lines = np.repeat(np.arange(self._count), np.diff(rows.starts))
        self._lengths = np.bincount(rows.buckets, minlength=BUCKETS)
        ends = np.cumsum(self._lengths)[:-1]
        self._lines = np.split(lines[order], ends)
        self._weights = np.split(rows.weights[order], ends)

    def times(self, row: GramRow) -> Floats:
        """The dot product of every row with one, (n,)."""
        products = np.zeros(self._count, dtype=np.float32)
        buckets = row.buckets.tolist()
        if buckets:
            shared = np.concatenate([self._weights[b] for b in buckets])
            shared *= row.weights.repeat(self._lengths.take(row.buckets))
            np.add.at(products, np.concatenate([self._lines[b] for b in buckets]), shared)
        return products
