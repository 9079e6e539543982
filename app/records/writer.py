"""Writes the journal off the hot path: one thread, a bounded queue, batches.

Order is kept: what was given to `suggestion` before a call of `feedback` is stored before it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from app.engine.errors import HuashuError
from app.records.batches import FeedbackJob, store_feedback, store_suggestions
from app.records.database import place
from app.records.errors import StoreBusy, StoreClosed, StoreError, UnknownSuggestion
from app.records.journal import FeedbackRecord, SuggestionRecord

log = logging.getLogger(__name__)

BATCH = 500
# Gathers a batch under load; nobody waits for a suggestion to be stored.
LINGER_SECONDS = 0.1
# Feedback may reach another worker process before the suggestion's own writer has committed.
GRACE_SECONDS = 1.0
GRACE_STEP_SECONDS = 0.05
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class WriterState:
    """For /readyz and metrics. `written` and `dropped` count suggestions since the start.

    `error` is the last failure while the store is away, else None. `migrate.check` asks the store.
    """

    running: bool
    available: bool
    queued: int
    written: int
    dropped: int
    error: StoreError | None


class Writer:
    """Start it in the process that serves: threads do not survive a fork.

    The caller disposes of `engine`. `capacity` suggestions are kept while the store is away or
    slow; then the oldest are dropped. `conversation_key` is journal.hash_conversation's.
    """

    def __init__(
        self, engine: Engine, *, capacity: int = 10_000, conversation_key: bytes = b""
    ) -> None:
        self._engine = engine
        self._capacity = capacity
        self._key = conversation_key
        self._queue: deque[SuggestionRecord] = deque()
        self._jobs: deque[FeedbackJob] = deque()
        self._changed = threading.Condition()
        self._busy = False
        self._closing = False
        self._written = 0
        self._dropped = 0
        self._error: StoreError | None = None
        self._thread = threading.Thread(target=self._run, name="huashu-journal", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the thread; once."""
        self._thread.start()

    def suggestion(self, record: SuggestionRecord) -> None:
        """Queue a suggestion. Returns at once and never raises; after `close` it is dropped."""
        with self._changed:
            if self._closing:
                self._dropped += 1
            else:
                self._queue.append(record)
                self._trim()
                if len(self._queue) == 1:  # else the thread knows, and gathers a batch
                    self._changed.notify_all()

    def feedback(self, record: FeedbackRecord) -> Future[int]:
        """Queue a feedback; the future gives its id once it is COMMITTED. Returns at once.

        In a coroutine: `await asyncio.wrap_future(writer.feedback(record))`. The future raises
        UnknownSuggestion (after a grace of a second), OtherShopSuggestion or StoreError.
        """
        job = FeedbackJob(record, time.monotonic() + GRACE_SECONDS)
        with self._changed:
            if self._closing:
                job.future.set_exception(StoreClosed(place(self._engine.url)))
            elif len(self._jobs) >= self._capacity:
                job.future.set_exception(StoreBusy(place(self._engine.url)))
            else:
                self._jobs.append(job)
                self._changed.notify_all()
        return job.future

    def flush(self, seconds: float = 10.0) -> bool:
        """Wait until everything queued is stored. False when that took longer. Blocks."""
        with self._changed:
            return self._changed.wait_for(self._finished, seconds)

    def close(self, seconds: float = 10.0) -> bool:
        """Store what is queued, with one last try, and stop. Blocks; may be called again.

        Returns False when the thread needed longer. What could not be stored counts as dropped.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.ident is None:  # never started
            self._give_up()
        else:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def state(self) -> WriterState:
        """How the writer is doing; cheap, any thread."""
        with self._changed:
            return WriterState(
                running=self._thread.is_alive() and not self._closing,
                available=self._error is None,
                queued=len(self._queue),
                written=self._written,
                dropped=self._dropped,
                error=self._error,
            )

    def _finished(self) -> bool:
        return not (self._queue or self._jobs or self._busy)

    def _trim(self) -> None:
        while len(self._queue) > self._capacity:
            self._queue.popleft()
            self._dropped += 1

    def _run(self) -> None:
        pause = 0.0
        while True:
            records, jobs, last = self._take(pause)
            pause = self._write(records, jobs, last)
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                # Away and closing: the last try has failed.
                done = last and (pause > 0 or self._finished())
            if done:
                return self._give_up()

    def _take(self, pause: float) -> tuple[list[SuggestionRecord], list[FeedbackJob], bool]:
        """Everything queued, and whether `close` was called; waits while there is nothing.

        While the store is away only a new feedback cuts the pause short: somebody waits for it.
        """
        with self._changed:
            known = len(self._jobs)
            if pause:
                self._changed.wait_for(lambda: self._closing or len(self._jobs) > known, pause)
            self._changed.wait_for(
                lambda: self._closing or self._queue or self._jobs or self._error
            )
            self._changed.wait_for(lambda: self._closing or self._jobs, LINGER_SECONDS)
            records, jobs = [*self._queue], [*self._jobs]
            self._queue.clear()
            self._jobs.clear()
            self._busy = True
            return records, jobs, self._closing

    def _write(self, records: list[SuggestionRecord], jobs: list[FeedbackJob], last: bool) -> float:
        """Store all of it; returns the seconds to wait before the next try, 0 when all is done."""
        try:
            # With nothing to write, an empty batch asks whether the store is back.
            while records or self._error:
                refused = store_suggestions(self._engine, records[:BATCH], self._key)
                self._back(len(records[:BATCH]) - refused, refused)
                del records[:BATCH]
            outcomes = store_feedback(self._engine, [job.record for job in jobs]) if jobs else []
        except StoreError as error:
            self._away(records, error)
            for job in jobs:
                job.settle(error)
            return RETRY_SECONDS
        if jobs:
            self._back(0, 0)
        return self._answer(jobs, outcomes, last)

    def _answer(
        self, jobs: list[FeedbackJob], outcomes: list[int | HuashuError], last: bool
    ) -> float:
        """Resolve the futures, but keep what may still become known."""
        now = time.monotonic()
        early: list[FeedbackJob] = []
        for job, outcome in zip(jobs, outcomes, strict=True):
            unknown = isinstance(outcome, UnknownSuggestion)
            if unknown and now < job.deadline and not last:
                early.append(job)
            else:
                job.settle(outcome)
        with self._changed:
            self._jobs.extendleft(reversed(early))
        return GRACE_STEP_SECONDS if early else 0.0

    def _back(self, written: int, refused: int) -> None:
        with self._changed:
            self._written += written
            self._dropped += refused
            if self._error:
                log.warning("the journal's store is back")
                self._error = None

    def _away(self, records: list[SuggestionRecord], error: StoreError) -> None:
        with self._changed:
            self._queue.extendleft(reversed(records))
            self._trim()
            if not self._error:
                log.warning("the journal's store is away: %s %s", error.code, error)
            self._error = error

    def _give_up(self) -> None:
        with self._changed:
            self._dropped += len(self._queue)
            jobs = [*self._jobs]
            self._queue.clear()
            self._jobs.clear()
            self._changed.notify_all()
        for job in jobs:
            job.settle(StoreClosed(place(self._engine.url)))
