"""The labelled texts of a book that the ranker learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.engine.model import Entry, Phrasebook
from app.engine.normalize import normalize

Ids = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Lines:
    """Asks, near misses under the entry that they belong to, and out-of-scope wording.

    Ordered by label, and within a label asks come first. `labels` index the entries; the one
    after the last entry is "out of scope". The lines of label k are `starts[k]:starts[k+1]`,
    and its asks `starts[k]:ends[k]`.
    """

    cores: tuple[str, ...]
    asks: tuple[str, ...]
    labels: Ids
    starts: Ids
    ends: Ids

    @property
    def bounded(self) -> bool:
        """Whether anything says what is out of scope."""
        return bool(self.starts[-1] > self.starts[-2])

    def read_alike(self, other: Lines) -> bool:
        """Whether a matcher reads the same: equal cores under equal labels, in the same order."""
        places = zip(self._places(), other._places(), strict=True)
        return self.cores == other.cores and all(np.array_equal(a, b) for a, b in places)

    def _places(self) -> tuple[Ids, ...]:
        return self.labels, self.starts, self.ends


def lines_of(book: Phrasebook, entries: Sequence[Entry]) -> Lines:
    """The lines of the given entries and of everything that belongs to none of them."""
    place = {e.id: i for i, e in enumerate(entries)}
    none = len(entries)
    found = [(place[e.id], 0, a.text) for e in entries for a in e.asks]
    for entry in book.entries:
        found += [(place.get(m.entry or "", none), 1, m.text) for m in entry.near_misses]
    found += [(none, 1, text) for text in book.out_of_scope]
    found.sort(key=lambda line: line[:2])
    kept = [(k, kind, text, core) for k, kind, text in found if (core := normalize(text).core)]
    labels = np.array([k for k, *_ in kept], dtype=np.intp)
    starts = np.searchsorted(labels, np.arange(none + 2))
    asks = np.bincount(labels[[kind == 0 for _, kind, *_ in kept]], minlength=none + 1)
    return Lines(
        cores=tuple(core for *_, core in kept),
        asks=tuple(text for _, _, text, _ in kept),
        labels=labels,
        starts=starts,
        ends=starts[:-1] + asks,
    )
