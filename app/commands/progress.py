"""How far a long command is, on a terminal: done, rate, time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

Progress = Callable[[int, int], None]

_STEP_SECONDS = 0.1
_WIDTH = 20  # of the bar, in cells


def progress_bar(what: str, unit: str) -> Progress:
    """A function of (done, total) that draws one line on standard error.

    Nothing is drawn where standard error is no terminal; the line is wiped when all is done.
    """
    if not sys.stderr.isatty():
        return lambda done, total: None
    started = time.monotonic()
    drawn = 0.0

    def draw(done: int, total: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        if done >= total:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        elif now - drawn >= _STEP_SECONDS:
            drawn = now
            line = progress_line(what, unit, done, total, now - started)
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    return draw


def progress_line(what: str, unit: str, done: int, total: int, seconds: float) -> str:
    """The line after so many seconds; rate and time left once there is something to go by."""
    full = _WIDTH * done // total
    line = f"{what} {'█' * full}{'░' * (_WIDTH - full)} {done}/{total}"
    if not done or seconds <= 0:
        return line
    rate = done / seconds
    return f"{line}，每秒 {rate:.0f} {unit}，还要约 {(total - done) / rate:.0f} 秒"
