"""Progress on stderr for whatever takes longer than a second."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self


class Progress:
    """Shows how far a piece of work is, at most five times a second; gone when it ends.

    Nothing is shown for the first second. Where stderr is no terminal, one line every ten
    seconds is written instead.
    """

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._terminal = sys.stderr.isatty()
        self._started = time.monotonic()
        self._next = self._started + (1 if self._terminal else 10)
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def at(self, done: int) -> None:
        """Notes that `done` of the total are finished."""
        self._done = done
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (0.2 if self._terminal else 10)
        self._shown = True
        line = f"{self._what}: {done:,} of {self._total:,}, {now - self._started:.0f} s"
        print(f"\r{line}\x1b[K" if self._terminal else line, end="", file=sys.stderr, flush=True)
        if not self._terminal:
            print(file=sys.stderr)

    def step(self) -> None:
        """One more is finished."""
        self.at(self._done + 1)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown and self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def say(text: str) -> None:
    """One line about what begins now."""
    print(text, file=sys.stderr, flush=True)
