"""Works off the outbox: notes in chat systems and callbacks, each until it is done or given up."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from app.engine.errors import HuashuError
from app.records import outbox
from app.records.database import transaction
from app.records.errors import StoreError
from app.records.outbox import Delivery
from app.web.metrics import Metrics

log = logging.getLogger(__name__)

AT_ONCE = 8
LONGEST_TRY = 60.0
LEASE = timedelta(seconds=90)  # longer than any try takes
LOOK_SECONDS = 2.0  # how often to look for what another process left or put there
LONGEST_PAUSE = 300.0
LAST_SECONDS = 12.0  # for what is under way when the service stops
PATIENCE = timedelta(hours=1)  # a suggestion that comes later helps nobody
KEEP = timedelta(days=30)  # how long what came in is known, so that it is not done twice


class TryLater(HuashuError):
    """Not now; `after` are seconds that the other side asked for."""

    def __init__(self, words: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(words)


class GiveUp(HuashuError):
    """Never; says why."""


Handler = Callable[[Delivery], Awaitable[None]]


class Deliveries:
    """One a process."""

    def __init__(self, store: Engine, metrics: Metrics, pause: float) -> None:
        """`pause`: seconds before the second try; each further one waits twice as long."""
        self._store, self._metrics, self._pause = store, metrics, pause
        self._handlers: dict[str, Handler] = {}
        self._new = asyncio.Event()

    def handle(self, kind: str, handler: Handler) -> None:
        """How deliveries of a kind are made: raises TryLater or GiveUp when one is not."""
        self._handlers[kind] = handler

    async def put(self, delivery_id: str, kind: str, task: Mapping[str, Any]) -> bool:
        """Store a delivery; False when it is known. Committed when this returns.

        Raises StoreError.
        """

        def put() -> bool:
            with transaction(self._store, write=True) as connection:
                return outbox.put(connection, delivery_id, kind, task, datetime.now(UTC))

        new = await run_in_threadpool(put)
        self._metrics.delivered(kind, "received" if new else "repeated")
        self._new.set()
        return new

    async def run(self) -> None:
        """Delivers until cancelled; what is under way then is given a little time to end."""
        await self._in_store(lambda c: outbox.forget(c, datetime.now(UTC) - KEEP))
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                self._new.clear()
                room = AT_ONCE - len(running)
                for delivery in await self._take(room) if room else ():
                    task = asyncio.create_task(self._deliver(delivery))
                    running.add(task)
                    task.add_done_callback(running.discard)
                    task.add_done_callback(lambda _: self._new.set())
                await self._wait(await self._in_store(outbox.next_due))
        finally:
            if running:
                await asyncio.wait(running, timeout=LAST_SECONDS)

    async def _take(self, most: int) -> list[Delivery]:
        taken: list[Delivery] = await self._in_store(
            lambda c: outbox.take(c, datetime.now(UTC), LEASE, most)
        )
        return taken

    async def _wait(self, due: datetime | None) -> None:
        seconds = LOOK_SECONDS
        if due is not None:
            seconds = min(seconds, max(0.01, (due - datetime.now(UTC)).total_seconds()))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._new.wait(), seconds)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            async with asyncio.timeout(LONGEST_TRY):
                await self._handlers[delivery.kind](delivery)
        except TryLater as problem:
            await self._later(delivery, problem)
        except TimeoutError:
            await self._later(delivery, TryLater("对方太慢，一分钟没有办完。"))
        except GiveUp as problem:
            await self._failed(delivery, str(problem))
        except Exception:
            log.exception("delivery %s can not be made", delivery.id)
            await self._failed(delivery, "程序出错，见日志。")
        else:
            await self._in_store(lambda c: outbox.done(c, delivery.id))
            self._metrics.delivered(delivery.kind, "done")

    async def _later(self, delivery: Delivery, problem: TryLater) -> None:
        now = datetime.now(UTC)
        if now - delivery.created_at > PATIENCE:
            await self._failed(delivery, str(problem))
            return
        pause = min(self._pause * 2.0 ** min(delivery.tries - 1, 20), LONGEST_PAUSE)
        pause = max(pause * random.uniform(0.8, 1.2), problem.after or 0.0)  # noqa: S311 - spread
        log.warning("delivery %s waits %.1f s: %s", delivery.id, pause, problem)
        self._metrics.delivered(delivery.kind, "later")
        due = now + timedelta(seconds=pause)
        await self._in_store(lambda c: outbox.later(c, delivery.id, due, str(problem)))

    async def _failed(self, delivery: Delivery, why: str) -> None:
        log.error("delivery %s is given up: %s", delivery.id, why)
        self._metrics.delivered(delivery.kind, "failed")
        await self._in_store(lambda c: outbox.failed(c, delivery.id, why))

    async def _in_store(self, work: Callable[[Any], Any]) -> Any:
        """Does something in a transaction, for as long as it takes until the store is there."""

        def done() -> Any:
            with transaction(self._store, write=True) as connection:
                return work(connection)

        while True:
            try:
                return await run_in_threadpool(done)
            except StoreError as error:
                log.warning("the outbox waits for the store: %s", error)
                await asyncio.sleep(LOOK_SECONDS)
