"""Character-gram index: message -> candidate asks, rarest grams first.

Posting lists of uni- and bigrams in two numpy arrays. A query reads the lists of its rarest
grams until `BUDGET` postings are read, keeps the best rows, and only looks these up in the
longer lists; so the time stays bounded however large the book is (strategy "continue" of Moffat
and Zobel 1996, "Self-indexing inverted files for fast text retrieval").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

BUDGET = 10_000  # postings read in full
LONGEST = 100_000  # of the rarest gram's list, which is read even when it exceeds the budget
KEPT = 4  # times `limit`: rows that are looked up in the longer lists
POINT_BITS = 21  # of a code point
ROW_BITS = 16  # of a row within a block, see `_block`
BLOCK = 1 << ROW_BITS  # rows at a time while building

Ids = npt.NDArray[np.intp]
Rows = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint64]
Weights = npt.NDArray[np.float32]
_Lists = tuple[Codes, Ids, Rows]  # grams, how many rows each has, these rows one after another


class GramIndex:
    """An index over core texts; row numbers are positions in the sequence given.

    `progress`, when given, is called with (rows done, rows in all) while building.
    """

    def __init__(
        self, cores: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> None:
        self.size = len(cores)
        blocks = []
        for start in range(0, self.size, BLOCK):
            blocks.append(_block(cores[start : start + BLOCK], start))
            if progress:
                progress(min(start + BLOCK, self.size), self.size)
        self._vocabulary, self._starts, self._rows = _merged(blocks)
        counts = np.bincount(self._rows, minlength=self.size)
        self._norm = (1 / np.sqrt(np.maximum(counts, 1))).astype(np.float32)
        # Zeros between queries. Each thread that asks takes one and puts it back.
        self._spare: list[Weights] = []

    def candidates(self, core: str, limit: int) -> Ids:
        """Up to `limit` row numbers, best first; empty when no gram is shared.

        The score of a row sums log(1 + rows / rows with the gram) over the shared grams, and is
        divided by the root of the number of its own grams.
        """
        grams = self._known(core)
        if not len(grams) or limit < 1:
            return np.zeros(0, dtype=np.intp)
        sizes = self._starts[grams + 1] - self._starts[grams]
        order = np.argsort(sizes, kind="stable")
        sizes = sizes[order]
        lists = [self._rows[self._starts[g] : self._starts[g + 1]] for g in grams[order]]
        weights = np.log1p(self.size / sizes).astype(np.float32)
        read = max(1, int(np.searchsorted(np.cumsum(sizes), BUDGET, side="right")))
        lists[0] = lists[0][:LONGEST]
        rows, sums = self._read(lists[:read], weights[:read], KEPT * limit)
        wanted = rows.astype(np.int32)  # as the lists, or they would be converted whole
        for longer, weight in zip(lists[read:], weights[read:], strict=True):
            place = longer.searchsorted(wanted)
            sums += weight * (longer.take(place, mode="clip") == wanted)
        best = np.argsort(-sums * self._norm[rows], kind="stable")[:limit]
        return np.asarray(rows[best])

    def _known(self, core: str) -> Ids:
        """Places in the vocabulary of the distinct grams of a text."""
        points = [ord(char) for char in core]
        pairs = [a << POINT_BITS | b for a, b in pairwise(points)]
        codes = np.array(sorted({*points, *pairs}), dtype=np.uint64)
        place = np.searchsorted(self._vocabulary, codes)
        inside = place < len(self._vocabulary)
        place, codes = place[inside], codes[inside]
        return np.asarray(place[self._vocabulary[place] == codes])

    def _read(self, lists: Sequence[Rows], weights: Weights, most: int) -> tuple[Ids, Weights]:
        """The `most` best rows of some lists, ascending, with the weights of their grams summed."""
        try:
            sums = self._spare.pop()
        except IndexError:
            sums = np.zeros(self.size, dtype=np.float32)
        # The index type, so that numpy need not convert at each of the steps below.
        read = np.concatenate(lists).astype(np.intp)
        np.add.at(sums, read, np.repeat(weights, [len(rows) for rows in lists]))
        # A row was read at most once a list, so the best rows are among so many of the readings.
        scores = sums.take(read) * self._norm.take(read)
        found = np.sort(read[_top(scores, most * len(lists))])
        found = found[_changes(found)]
        found = found[np.sort(_top(sums[found] * self._norm[found], most))]
        summed = sums[found]
        sums[read] = 0
        self._spare.append(sums)
        return found, summed


def _top(scores: Weights, most: int) -> Ids:
    """Places of the `most` highest scores in any order."""
    if len(scores) <= most:
        return np.arange(len(scores))
    return np.argpartition(scores, -most)[-most:]


def _changes(ascending: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where a value stands that is not the one before it."""
    changed = np.ones(len(ascending), dtype=bool)
    changed[1:] = ascending[1:] != ascending[:-1]
    return changed


def _grams(cores: Sequence[str]) -> tuple[Codes, Codes]:
    """Codes of every uni- and bigram with the row that each stands in."""
    joined = "\n".join(cores) + "\n"
    points = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    ends = points == ord("\n")
    rows = (np.cumsum(ends) - ends).astype(np.uint64)
    codes = points.astype(np.uint64)
    pairs = (codes[:-1] << np.uint64(POINT_BITS)) | codes[1:]
    inside = ~(ends[:-1] | ends[1:])
    return (
        np.concatenate([codes[~ends], pairs[inside]]),
        np.concatenate([rows[~ends], rows[:-1][inside]]),
    )


def _block(cores: Sequence[str], start: int) -> _Lists:
    """The posting lists of some rows that begin with number `start`."""
    grams, rows = _grams(cores)
    keys = (grams << np.uint64(ROW_BITS)) | rows
    keys.sort()
    keys = keys[_changes(keys)]
    grams = keys >> np.uint64(ROW_BITS)
    first = np.flatnonzero(_changes(grams))
    numbers = (keys & np.uint64(BLOCK - 1)).astype(np.int32) + np.int32(start)
    return grams[first], np.diff(np.append(first, len(grams))), numbers


def _merged(blocks: list[_Lists]) -> tuple[Codes, Ids, Rows]:
    """Vocabulary, where the list of each gram starts and, after the last, ends, and all lists.

    Takes the blocks out of the list given, so that memory does not hold everything twice.
    """
    none = np.zeros(0, dtype=np.uint64)
    vocabulary = np.unique(np.concatenate([none, *(grams for grams, _, _ in blocks)]))
    sizes = np.zeros(len(vocabulary) + 1, dtype=np.intp)
    for grams, counts, _ in blocks:
        sizes[np.searchsorted(vocabulary, grams) + 1] += counts
    starts = np.cumsum(sizes)
    rows = np.empty(starts[-1], dtype=np.int32)
    free = starts[:-1].copy()  # where the next block of each gram goes
    while blocks:
        grams, counts, numbers = blocks.pop(0)
        place = np.searchsorted(vocabulary, grams)
        moved = free[place] - (np.cumsum(counts) - counts)
        rows[np.repeat(moved, counts) + np.arange(len(numbers))] = numbers
        free[place] += counts
    return vocabulary, starts, rows
