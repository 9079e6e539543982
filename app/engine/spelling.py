"""Typed pinyin and mistyped characters put right by the vocabulary of the book.

A noisy-channel correction (Kernighan et al. 1990, "A spelling correction program based on a
noisy channel model") whose language model is the pairs of neighbouring characters in the book's
own texts. Only a character that forms no known pair with either neighbour is doubted, and only
a character of the same sound or like shape that forms known pairs with both replaces it; so
wording that the book does not know stays as it is. (Candidates of any kind were tried: they put
right more slips of the pen and spoiled more honest words than they mended.)
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from app.engine.confusables import CONFUSABLES
from app.engine.pinyin import pinyin, syllables

LEAST = 2  # both pairs seen this often make a candidate
LONGEST_SYLLABLE = 6
LONGEST_WORD = 4
_LATIN = re.compile(r"[a-z]{2,24}")
_CHINESE = re.compile("[一-鿿]+")
_EDGE = "\x02"


class Speller:
    """Corrects core texts towards the texts that it was built from."""

    def __init__(self, cores: Sequence[str]) -> None:
        pairs = Counter(a + b for core in cores for a, b in pairwise(f"{_EDGE}{core}{_EDGE}"))
        words = Counter(word for core in cores for word in _words(core))
        self._pairs = dict(pairs)
        self._latin = {w for core in cores for w in _LATIN.findall(core)}
        self._words = _by_sound(words)
        self._after: dict[str, list[str]] = defaultdict(list)
        for pair, count in pairs.items():
            if count >= LEAST and pair[1] != _EDGE:
                self._after[pair[0]].append(pair[1])

    def correct(self, core: str) -> str:
        """The core text with typed pinyin and doubtful characters replaced."""
        text = _LATIN.sub(self._decode, core)
        pairs = self._pairs
        chars = [_EDGE, *text, _EDGE]
        for i in range(1, len(chars) - 1):
            left, char, right = chars[i - 1 : i + 2]
            if left + char in pairs or char + right in pairs:
                continue
            better = self._better(left, char, right)
            if better:
                chars[i] = better
        return "".join(chars[1:-1])

    def _decode(self, match: re.Match[str]) -> str:
        """Latin letters as the book's words of that sound; as they are when there are none."""
        letters = match.group()
        if letters in self._latin:
            return letters
        best = ""
        for reading in _splits(letters):
            found = self._read(reading)
            if found and (not best or len(found) < len(best)):
                best = found
        return best or letters

    def _read(self, sounds: tuple[str, ...]) -> str:
        """Syllables as known words, longest first; "" when a part is no known word."""
        out, i = "", 0
        while i < len(sounds):
            for size in range(min(LONGEST_WORD, len(sounds) - i), 0, -1):
                word = self._words.get(sounds[i : i + size])
                if word and (size > 1 or len(sounds) > 1):
                    out += word
                    i += size
                    break
            else:
                return ""
        return out

    def _better(self, left: str, char: str, right: str) -> str | None:
        if not "一" <= char <= "鿿":
            return None
        sound = pinyin(char)
        alike = CONFUSABLES.get(char, "")
        best, most = None, 0
        for other in self._after.get(left, ()):
            if pinyin(other) != sound and other not in alike:
                continue
            seen = min(self._pairs[left + other], self._pairs.get(other + right, 0))
            if seen >= LEAST and seen > most:
                best, most = other, seen
        return best


def _words(core: str) -> Iterable[str]:
    """Every run of up to four Chinese characters."""
    for run in _CHINESE.findall(core):
        for size in range(1, min(LONGEST_WORD, len(run)) + 1):
            for i in range(len(run) - size + 1):
                yield run[i : i + size]


def _by_sound(words: Mapping[str, int]) -> dict[tuple[str, ...], str]:
    """The most frequent word of each sequence of syllables."""
    best: dict[tuple[str, ...], tuple[int, str]] = {}
    for word, count in words.items():
        sounds = tuple(map(pinyin, word))
        best[sounds] = max(best.get(sounds, (0, "")), (count, word))
    return {sounds: word for sounds, (_, word) in best.items()}


@lru_cache(maxsize=4096)
def _splits(letters: str) -> tuple[tuple[str, ...], ...]:
    """Every way to read letters as syllables, at most 16."""
    found: list[tuple[str, ...]] = []

    def walk(rest: str, taken: tuple[str, ...]) -> None:
        if len(found) >= 16:
            return
        if not rest:
            found.append(taken)
            return
        for size in range(min(LONGEST_SYLLABLE, len(rest)), 0, -1):
            if rest[:size] in syllables():
                walk(rest[size:], (*taken, rest[:size]))

    walk(letters, ())
    return tuple(found)
