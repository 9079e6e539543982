"""Whether a customer is calm, urgent or upset, by the words of the book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from app.engine.model import Mood, Moods
from app.engine.normalize import normalize


class MoodReader:
    """The words of a book, folded like messages (急急急 becomes 急急 in both)."""

    def __init__(self, moods: Moods) -> None:
        kinds: dict[str, Mood] = dict.fromkeys(_fold(moods.urgent), "urgent")
        kinds |= dict.fromkeys(_fold(moods.upset), "upset")
        self._words = list(kinds.items())
        self._finder = AhoCorasick([word for word, _ in self._words])
        self._exceptions = AhoCorasick(_fold(moods.exceptions), MatchKind.LeftmostLongest)

    def mood(self, messages: Sequence[str]) -> Mood:
        """The strongest mood that any message shows; upset is stronger than urgent."""
        text = "\n".join([normalize(m).fold for m in messages])
        if not self._finder.find_matches_as_indexes(text):
            return "calm"
        out, place = [], 0
        for _, start, end in self._exceptions.find_matches_as_indexes(text):
            out.append(text[place:start])
            place = end
        text = "\n".join([*out, text[place:]])
        found = {
            self._words[number][1]
            for number, start, end in self._finder.find_matches_as_indexes(text, overlapping=True)
            if _stands(text, start, end)
        }
        return "upset" if "upset" in found else "urgent" if "urgent" in found else "calm"


def _stands(text: str, start: int, end: int) -> bool:
    """A number (12315) counts only on its own, not in another."""
    if not text[start:end].isdecimal():
        return True
    return not text[start - 1 : start].isdecimal() and not text[end : end + 1].isdecimal()


def _fold(words: Iterable[str]) -> list[str]:
    return [fold for w in words if (fold := normalize(w).fold)]
