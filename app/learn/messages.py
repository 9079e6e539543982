"""Messages to replay: from lines of text, from JSONL, or as the journal kept them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from app.engine.errors import HuashuError
from app.engine.model import CHANNELS, PLATFORMS, STAGES

_EXAMPLE = '{"message": "怎么还不发货", "platform": "jd"}'
_CHOICES = {"platform": PLATFORMS, "stage": STAGES, "channel": CHANNELS}


class MessagesError(HuashuError):
    """The messages can not be read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one customer wrote, in one message or several, and how often it came so."""

    messages: tuple[str, ...]
    platform: str | None = None
    stage: str | None = None
    channel: str = "chat"
    count: int = 1


def from_lines(text: str) -> list[Asked]:
    """A message a line; empty lines are passed over."""
    lines = (line.strip() for line in text.splitlines())
    return counted(Asked((line,)) for line in lines if line)


def from_jsonl(text: str, name: str) -> list[Asked]:
    """Lines with `message` or `messages`, and `platform`, `stage`, `channel` where known.

    Other keys are passed over, so the cases of `huashu eval` serve too. `name` is the file's, for
    MessagesError.
    """
    # Not splitlines: JSON texts may hold U+2028 and other breaks that JSON does not count.
    rows = enumerate(text.split("\n"), 1)
    return counted(_asked(row, f"{name}:{number}") for number, row in rows if row.strip())


def counted(asked: Iterable[Asked]) -> list[Asked]:
    """Each message once, with how often it came, in the order of its first time."""
    seen: dict[Asked, int] = {}
    for one in asked:
        key = replace(one, count=1)
        seen[key] = seen.get(key, 0) + one.count
    return [replace(one, count=count) for one, count in seen.items()]


def _asked(row: str, place: str) -> Asked:
    wanted = f"{place} 应为一行 JSON，例如 {_EXAMPLE}。"
    try:
        found: Any = json.loads(row)
    except (ValueError, RecursionError) as error:
        raise MessagesError(wanted) from error
    if not isinstance(found, dict):
        raise MessagesError(wanted)
    messages = found["messages"] if "messages" in found else [found.get("message")]
    if not isinstance(messages, list) or not messages:
        raise MessagesError(wanted)
    if not all(isinstance(text, str) for text in messages):
        raise MessagesError(wanted)
    known = {key: found[key] for key in _CHOICES if found.get(key) is not None}
    for key, value in known.items():
        if value not in _CHOICES[key]:
            raise MessagesError(
                f"{place} 的 {key} 写的是“{value}”，可用的值：{'、'.join(_CHOICES[key])}。"
            )
    return Asked(tuple(_whole(text) for text in messages), **known)


def _whole(text: str) -> str:
    """Halves of a character, which JSON lets stand alone, as U+FFFD: no file can hold them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
