"""What happens in conversations, told to every program that listens.

Of one process: a service with several workers tells what its own requests brought.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

REMEMBERED = 1_000  # events that a listener who was away may still get
BEHIND = 200  # events that a listener may be behind before it is let go; it comes back for them
LISTENERS = 500

Kind = Literal["message", "suggestions", "answered"]


@dataclass(frozen=True, slots=True)
class Happened:
    """One event. `id` grows; `data` is JSON."""

    id: str
    kind: Kind
    shop: str
    conversation: str
    data: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose events a listener gets: of one shop, of one conversation; None for all."""

    shop: str | None = None
    conversation: str | None = None

    def fits(self, event: Happened) -> bool:
        """Whether an event is one of these."""
        return self.shop in (None, event.shop) and self.conversation in (None, event.conversation)


class Hub:
    """Use from the event loop only."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._run = secrets.token_hex(4)  # ids of another run of the service mean nothing here
        self._count = 0
        self._events: deque[Happened] = deque(maxlen=remembered)
        self._listeners: set[asyncio.Queue[Happened | None]] = set()
        self._closed = False

    def message(
        self, shop: str, conversation: str, message: str, *, platform: str | None, customer: str
    ) -> None:
        """A customer wrote."""
        told = {
            "shop": shop,
            "platform": platform,
            "customer_name": customer or None,
            "message": message,
            "received_at": datetime.now(UTC).isoformat(),
        }
        self._tell("message", shop, conversation, told)

    def suggestions(self, shop: str, conversation: str, answer: bytes) -> None:
        """What may be answered; `answer` is the JSON of POST /v1/suggestions."""
        self._tell("suggestions", shop, conversation, {"answer": json.loads(answer)})

    def answered(self, shop: str, conversation: str) -> None:
        """An agent answered, in whatever way."""
        self._tell("answered", shop, conversation, {"at": datetime.now(UTC).isoformat()})

    def past(self, wanted: Wanted, last: str | None) -> Iterator[Happened]:
        """What is remembered after the event `last`; all of it for an id of another run."""
        run, _, number = (last or "").partition("-")
        known = int(number) if run == self._run and number.isdigit() else 0
        for event in list(self._events):
            if wanted.fits(event) and int(event.id.partition("-")[2]) > known:
                yield event

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Happened | None]]:
        """A queue of all that happens from now on; None in it: too far behind, or the end."""
        queue: asyncio.Queue[Happened | None] = asyncio.Queue()
        self._listeners.add(queue)
        if self._closed:
            queue.put_nowait(None)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    @property
    def full(self) -> bool:
        """Whether there are as many listeners as there may be."""
        return len(self._listeners) >= LISTENERS

    async def follow(self, wanted: Wanted, last: str | None, past: bool) -> AsyncIterator[Happened]:
        """What was missed since `last` (with `past`: all that is remembered), then what comes."""
        with self.listening() as queue:
            if last or past:
                for event in self.past(wanted, last):
                    yield event
            while (event_or_end := await queue.get()) is not None:
                if wanted.fits(event_or_end):
                    yield event_or_end

    def close(self) -> None:
        """Ends every stream, so that the server can stop."""
        self._closed = True
        for queue in self._listeners:
            queue.put_nowait(None)

    def _tell(self, kind: Kind, shop: str, conversation: str, told: dict[str, Any]) -> None:
        self._count += 1
        data = json.dumps({"conversation_id": conversation, **told}, ensure_ascii=False)
        event = Happened(f"{self._run}-{self._count}", kind, shop, conversation, data)
        self._events.append(event)
        for queue in list(self._listeners):
            if queue.qsize() >= BEHIND:
                queue.put_nowait(None)
                self._listeners.discard(queue)
            else:
                queue.put_nowait(event)
