"""Whether a customer is calm, urgent or upset, by the words of the book."""

from __future__ import annotations

import re
from functools import lru_cache

from app.engine.model import Mood, Moods
from app.engine.normalize import normalize


def mood_of(messages: tuple[str, ...], moods: Moods) -> Mood:
    """The strongest mood that any message shows; upset is stronger than urgent."""
    text = "\n".join(normalize(m).fold for m in messages)
    words = _folded(moods)
    for exception in words.exceptions:
        text = text.replace(exception, "\n")
    if any(_says(text, word) for word in words.upset):
        return "upset"
    if any(_says(text, word) for word in words.urgent):
        return "urgent"
    return "calm"


@lru_cache(maxsize=16)
def _folded(moods: Moods) -> Moods:
    """The words folded like messages (急急急 becomes 急急 in both); longest exceptions first."""
    exceptions = sorted(_fold(moods.exceptions), key=len, reverse=True)
    return Moods(_fold(moods.urgent), _fold(moods.upset), tuple(exceptions))


def _fold(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, (normalize(w).fold for w in words)))


def _says(text: str, word: str) -> bool:
    """Whether the word stands in the text; a number (12315) only on its own, not in another."""
    if word.isdecimal():
        return re.search(rf"(?<!\d){word}(?!\d)", text) is not None
    return word in text
