"""Which messages have come in already: other systems send some twice."""

from __future__ import annotations

from collections import OrderedDict

REMEMBERED = 20_000


class Arrivals:
    """Remembers the ids of recent messages. Use from the event loop only."""

    def __init__(self, capacity: int = REMEMBERED) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()
        self._capacity = capacity

    def first(self, message_id: str) -> bool:
        """True the first time that an id comes."""
        if message_id in self._known:
            self._known.move_to_end(message_id)
            return False
        self._known[message_id] = None
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return True

    def forget(self, message_id: str) -> None:
        """As if the id had not come: what it was about could not be done."""
        self._known.pop(message_id, None)
