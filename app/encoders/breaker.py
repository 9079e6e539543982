"""A circuit breaker: a service that keeps failing is left alone for a while.

Nygard 2007, "Release It!". Closed: calls go through. After `FAILURES` failures in a row it is
open for `SECONDS`, and no call is made. Then one call goes through as a trial: its success
closes the breaker, its failure opens it again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

FAILURES = 3
SECONDS = 30.0


class Breaker:
    """Counts the outcomes of calls. For any number of threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0  # while open, no call before this time
        self._trying = False

    def admits(self) -> bool:
        """Whether a call may be made now; whoever makes it must tell how it ended."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._trying or self._clock() < self._open_until:
                return False
            self._trying = True
            return True

    def succeeded(self) -> None:
        """The call went well."""
        with self._lock:
            self._failures = 0
            self._trying = False

    def failed(self) -> None:
        """The call did not."""
        with self._lock:
            self._failures += 1
            self._trying = False
            self._open_until = self._clock() + SECONDS
