"""Messages that are still being typed: kept out of the journal until they stay.

A page that suggests while its user types asks for “怎”, “怎么”, “怎么还”. Only the last of these is
what the customer said. A preview waits; another one of the same conversation replaces it, and
feedback or a while without change lets it into the journal.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass

from app.records.journal import SuggestionRecord

PATIENCE = 8.0  # seconds without change after which a preview counts as said
CAPACITY = 5_000

_Key = tuple[str, str]  # shop and conversation


@dataclass(frozen=True, slots=True)
class _Held:
    record: SuggestionRecord
    timer: asyncio.TimerHandle


class Previews:
    """Holds one record a conversation. Use from the event loop only."""

    def __init__(
        self, journal: Callable[[SuggestionRecord], None], patience: float = PATIENCE
    ) -> None:
        self._patience = patience
        self._journal = journal
        self._held: dict[_Key, _Held] = {}

    def hold(self, record: SuggestionRecord) -> None:
        """Keeps a preview in place of the one before in its conversation."""
        key = _key(record)
        if not record.conversation_id or len(self._held) >= CAPACITY:
            self._journal(record)
            return
        before = self._held.get(key)
        if before and _same_message(before.record.message, record.message):
            self._drop(key)
        else:
            self._release(key)
        timer = asyncio.get_running_loop().call_later(self._patience, self._release, key)
        self._held[key] = _Held(record, timer)

    def settle(self, record: SuggestionRecord) -> None:
        """The message is no preview any more: whatever was typed of it before is forgotten."""
        key = _key(record)
        before = self._held.get(key)
        if before and _same_message(before.record.message, record.message):
            self._drop(key)

    def keep(self, suggestion_id: str, shop: str | None = None) -> None:
        """Lets a preview (of one shop, with `shop`) into the journal: somebody used or saw it."""
        for key, held in self._held.items():
            if held.record.id == suggestion_id:
                if shop in (None, held.record.shop):
                    held.timer.cancel()
                    self._release(key)
                return

    def flush(self) -> None:
        """Lets everything into the journal; before the writer closes."""
        for key in list(self._held):
            self._release(key)

    def _drop(self, key: _Key) -> None:
        self._held.pop(key).timer.cancel()

    def _release(self, key: _Key) -> None:
        held = self._held.pop(key, None)
        if held:
            held.timer.cancel()
            self._journal(held.record)


def _key(record: SuggestionRecord) -> _Key:
    return record.shop, record.conversation_id or ""


def _same_message(before: str, after: str) -> bool:
    """Whether one text looks like an earlier or later state of typing the other."""
    return len(os.path.commonprefix([before, after])) * 2 >= min(len(before), len(after))
