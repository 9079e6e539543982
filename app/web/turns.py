"""Which conversations have been greeted, so that nobody is greeted twice."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

REMEMBERED = 50_000


class Turns:
    """Remembers the first message of recent conversations, as digests only."""

    def __init__(self, capacity: int = REMEMBERED) -> None:
        self._first: OrderedDict[bytes, bytes] = OrderedDict()
        self._capacity = capacity

    def turn(self, shop: str, conversation_id: str | None, texts: Sequence[str]) -> str:
        """ "first" for the first message of a conversation and its repetitions, else "later".

        Without a conversation id every message is the first.
        """
        if not conversation_id:
            return "first"
        key, message = _digest(shop, conversation_id), _digest(*texts)
        first = self._first.setdefault(key, message)
        self._first.move_to_end(key)
        if len(self._first) > self._capacity:
            self._first.popitem(last=False)
        return "first" if first == message else "later"


def _digest(*texts: str) -> bytes:
    joined = "\x1f".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=12).digest()
