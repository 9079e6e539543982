"""Messages that wait at the same time, encoded together.

For each call an encoder reads all its weights, more than a processor keeps at hand; what they do
to one text or to sixteen then takes little more (dynamic batching: Crankshaw et al. 2017,
"Clipper: A Low-Latency Online Prediction Serving System"). Nobody waits for others to come:
a batch is whoever is there when the event loop has read all that came.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Sequence

from app.engine.suggest import Suggester

log = logging.getLogger(__name__)

BATCH = 16  # requests: more would save little and hold up everybody else for longer

_Waiting = tuple[Suggester, Sequence[str], "asyncio.Future[None]"]


class Batching:
    """Use from the event loop only."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()

    async def turn(self, suggester: Suggester, texts: Sequence[str]) -> None:
        """Returns when `suggester.suggest` should be called for these texts, without awaiting."""
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._next)
        self._waiting.append((suggester, texts, turn))
        await turn

    def _next(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        try:
            if len(batch) > 1:
                _prepare(batch)
        except Exception:  # whatever it is, `suggest` will meet it where it can be answered
            log.exception("messages can not be encoded together")
        for _, _, turn in batch:
            if not turn.done():
                turn.set_result(None)
        if self._waiting:  # after those whose turn it is now
            asyncio.get_running_loop().call_soon(self._next)


def _prepare(batch: Sequence[_Waiting]) -> None:
    by_book: dict[Suggester, list[str]] = defaultdict(list)
    for suggester, texts, _ in batch:
        by_book[suggester] += texts
    for suggester, every in by_book.items():
        suggester.ahead(every)
