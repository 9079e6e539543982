"""What is known about a conversation, and conditions on it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

Mood = Literal["calm", "urgent", "upset"]

PLATFORMS = ("taobao", "tmall", "jd", "pdd")
STAGES = ("presale", "insale", "aftersale")
ORDER_STATES = ("unpaid", "paid", "shipped", "received")
CHANNELS = ("chat", "phone")
MOODS = ("calm", "urgent", "upset")
TURNS = ("first", "later")
DIRECTIONS = ("out", "in")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about the conversation; None where nothing is known.

    `today` decides which facts are valid: the caller brings the date, the engine has no clock.
    """

    today: date
    platform: str | None = None
    stage: str | None = None
    order: str | None = None
    channel: str = "chat"
    turn: str = "first"
    mood: Mood = "calm"
    busy: bool = False
    callback: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)

    def key(self) -> tuple[Hashable, ...]:
        """Equal for contexts in which the same message gets the same answer."""
        return (
            self.today,
            self.platform,
            self.stage,
            self.order,
            self.channel,
            self.turn,
            self.mood,
            self.busy,
            self.callback,
            *sorted(self.variables.items()),
        )

    def value(self, key: str) -> str | None:
        """The context's value for a `when` key, as text."""
        if key in ("busy", "callback"):
            return "true" if getattr(self, key) else "false"
        found: str | None = getattr(self, key)
        return found


@dataclass(frozen=True, slots=True)
class When:
    """A condition: every key must hold, each by one of its values. Empty always holds."""

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    entries: tuple[str, ...] = ()

    def holds(self, context: Context, entry_id: str | None = None) -> bool:
        """True when the context (and the entry, by glob) satisfies every key."""
        if self.entries and not any(fnmatchcase(entry_id or "", glob) for glob in self.entries):
            return False
        return all(context.value(key) in allowed for key, allowed in self.values.items())
