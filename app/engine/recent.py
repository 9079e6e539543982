"""A bounded memory of results: the least recently used goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """Remembers up to `size` results of a pure function.

    Two threads may compute the same result at once; both get a right one.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The result for this key, made when it is not remembered."""
        try:
            found = self._known[key]
            self._known.move_to_end(key)
        except KeyError:
            found = self._known[key] = make()
            if len(self._known) > self._size:
                self._known.popitem(last=False)
        return found

    def look(self, key: Hashable) -> V | None:
        """The result for this key when it is remembered."""
        return self._known.get(key)
