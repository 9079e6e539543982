"""What a webhook of Chatwoot says: a customer's message, an agent's reply, or nothing of ours.

Source: Chatwoot's webhook events (message_created) and agent bots. Traps: `message_type` is a
word in webhooks and a number (0, 1, 2, 3) in embedded messages and some versions; private notes
are messages too, our own among them; only the top level is the event, `conversation.messages`
repeats older ones; `conversation.id` is the number that the API takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

LONGEST = 10_000  # characters of a message that are looked at


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One public message of a conversation."""

    direction: Literal["incoming", "outgoing"]
    account: int
    conversation: int
    id: int
    text: str
    sender: str


@dataclass(frozen=True, slots=True)
class NotOurs:
    """Why nothing is done about an event; a word for logs and tests."""

    reason: str


def read_event(payload: object) -> ChatMessage | NotOurs:
    """The message that an event is about. Never raises, whatever the JSON."""
    if not isinstance(payload, Mapping) or payload.get("event") != "message_created":
        return NotOurs("another event")
    direction = _direction(payload.get("message_type"))
    if direction is None or payload.get("private"):
        return NotOurs("not a public message")
    account = _number(payload.get("account"), "id")
    conversation = _number(payload.get("conversation"), "id")
    message = _number(payload, "id")
    if account is None or conversation is None or message is None:
        return NotOurs("no ids")
    text = payload.get("content")
    if not isinstance(text, str) or not text.strip():
        return NotOurs("no text")
    sender = _name(payload.get("sender"))
    return ChatMessage(direction, account, conversation, message, text[:LONGEST], sender)


def _direction(kind: object) -> Literal["incoming", "outgoing"] | None:
    if kind in ("incoming", 0) and kind is not False:
        return "incoming"
    if kind in ("outgoing", 1) and kind is not True:
        return "outgoing"
    return None


def _number(holder: object, key: str) -> int | None:
    """A positive id; Chatwoot's documentation shows some as text."""
    value: Any = holder.get(key) if isinstance(holder, Mapping) else None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:18])
    return value if type(value) is int and 0 < value < 10**18 else None


def _name(sender: object) -> str:
    found = sender.get("name") if isinstance(sender, Mapping) else None
    return found.strip()[:200] if isinstance(found, str) else ""
