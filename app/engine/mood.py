"""Whether a customer is calm, urgent or upset, by the words of the book."""

from __future__ import annotations

from app.engine.model import Mood, Moods
from app.engine.normalize import normalize


def mood_of(messages: tuple[str, ...], moods: Moods) -> Mood:
    """The strongest mood that any message shows; upset is stronger than urgent."""
    text = "\n".join(normalize(m).fold for m in messages)
    for exception in sorted(moods.exceptions, key=len, reverse=True):
        text = text.replace(exception, "\n")
    if any(word in text for word in moods.upset):
        return "upset"
    if any(word in text for word in moods.urgent):
        return "urgent"
    return "calm"
