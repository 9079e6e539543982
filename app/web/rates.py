"""How often a key and an address may ask, counted in the memory of this process.

The counters of the library `limits` take the time from the system and start a thread to forget;
these take the clock of the application and forget when there are many.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse_many
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from app.settings import SettingsError

MANY = 50_000  # counters, after which those whose window is over are forgotten


class Counters(Storage):
    """Counts in windows; use from the event loop only."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._windows: dict[str, tuple[int, float]] = {}  # how many, and when the window ends
        self._tidy_at = MANY

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong in here: nothing of its own."""
        return RuntimeError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Counts `amount` more; a window of `expiry` seconds begins with the first."""
        now = self._clock()
        count, end = self._windows.get(key, (0, 0.0))
        if now >= end:
            count, end = 0, now + expiry
        self._windows[key] = (count + amount, end)
        if len(self._windows) > self._tidy_at:
            self._tidy(now)
        return count + amount

    def get(self, key: str) -> int:
        """How many in the window that runs."""
        count, end = self._windows.get(key, (0, 0.0))
        return count if self._clock() < end else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, by the clock."""
        return self._windows.get(key, (0, 0.0))[1]

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int | None:
        """Forgets everything."""
        count = len(self._windows)
        self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        """Forgets one counter."""
        self._windows.pop(key, None)

    def _tidy(self, now: float) -> None:
        self._windows = {k: v for k, v in self._windows.items() if now < v[1]}
        # While all of them run, looking again at every request would cost more than it gives.
        self._tidy_at = max(MANY, 2 * len(self._windows))


class Rates:
    """The limits of the settings. Raises SettingsError for a limit that can not be read."""

    def __init__(self, key: str, address: str, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counters = Counters(clock)
        self._limiter = FixedWindowRateLimiter(self._counters)
        self._of_key = _limits("HUASHU_RATE_KEY", key)
        self._of_address = _limits("HUASHU_RATE_ADDRESS", address)

    def key(self, key_id: str) -> int:
        """Counts one request of a key; the seconds to wait when it was one too many, else 0."""
        return self._count(self._of_key, "key", key_id)

    def address(self, address: str) -> int:
        """The same for the address that a request came from."""
        return self._count(self._of_address, "address", _network(address))

    def _count(self, rules: list[RateLimitItem], kind: str, who: str) -> int:
        wait = 0.0
        for rule in rules:
            if not self._limiter.hit(rule, kind, who):
                end = self._counters.get_expiry(rule.key_for(kind, who))
                wait = max(wait, end - self._clock())
        return math.ceil(wait)


def _limits(name: str, rule: str) -> list[RateLimitItem]:
    if not rule.strip():
        return []
    try:
        return parse_many(rule)
    except ValueError as error:
        raise SettingsError(
            f"设置 {name} 的值“{rule}”不可用：请写成 600/minute 这样的次数和时间"
            "（second、minute、hour、day），留空为不限。请改正后再启动。"
        ) from error


def _network(address: str) -> str:
    """Who has one address of IPv6 has the whole /64 of it."""
    if ":" not in address:
        return address
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return known.exploded[:19]
    return str(known)
