"""What is made of parts of a book, found again while somebody uses it.

After a save nearly all parts of a book are what they were, and several shops may have the same
rules. Parts are compared by equality, so nothing can be taken for something else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import ref

K = TypeVar("K")
V = TypeVar("V")


class Shared(Generic[K, V]):
    """Results of a pure function that are in use somewhere; nothing is kept alive by it.

    Two threads may make the same result at once; both get a right one.
    """

    def __init__(self, make: Callable[[K], V]) -> None:
        self._make = make
        self._known: list[tuple[ref[V], K]] = []
        self._lock = threading.Lock()

    def get(self, parts: K) -> V:
        """The result for parts equal to these."""
        with self._lock:
            self._known = [(made, of) for made, of in self._known if made() is not None]
            known = list(self._known)
        for made, of in known:
            found = made()
            if found is not None and of == parts:
                return found
        new = self._make(parts)
        with self._lock:
            self._known.append((ref(new), parts))
        return new
