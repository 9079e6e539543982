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
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from app.engine.confusables import CONFUSABLES
from app.engine.pinyin import pinyin, syllables

LEAST = 2  # both pairs seen this often make a candidate
LONGEST_SYLLABLE = 6
_LATIN = re.compile(r"[a-z]{2,24}")
_EDGE = "\x02"


class Speller:
    """Corrects core texts towards the texts that it was built from."""

    def __init__(self, cores: Sequence[str]) -> None:
        pairs: Counter[str] = Counter()
        words: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for core in cores:
            framed = f"{_EDGE}{core}{_EDGE}"
            pairs.update(a + b for a, b in pairwise(framed))
            for word in _words(core):
                words[tuple(map(pinyin, word))][word] += 1
        self._pairs = pairs
        self._latin = {w for core in cores for w in _LATIN.findall(core)}
        self._words = {k: max(v, key=lambda w: (v[w], w)) for k, v in words.items()}
        self._after: dict[str, list[str]] = defaultdict(list)
        for pair, count in pairs.items():
            if count >= LEAST and pair[1] != _EDGE:
                self._after[pair[0]].append(pair[1])

    def correct(self, core: str) -> str:
        """The core text with typed pinyin and doubtful characters replaced."""
        text = _LATIN.sub(self._decode, core)
        chars = [_EDGE, *text, _EDGE]
        for i in range(1, len(chars) - 1):
            better = self._better(chars[i - 1], chars[i], chars[i + 1])
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
            for size in range(min(4, len(sounds) - i), 0, -1):
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
        if self._pairs[left + char] or self._pairs[char + right]:
            return None
        sound = pinyin(char)
        alike = CONFUSABLES.get(char, "")
        best, most = None, 0
        for other in self._after.get(left, ()):
            if pinyin(other) != sound and other not in alike:
                continue
            seen = min(self._pairs[left + other], self._pairs[other + right])
            if seen >= LEAST and seen > most:
                best, most = other, seen
        return best


def _words(core: str) -> Iterable[str]:
    for size in (1, 2, 3, 4):
        for i in range(len(core) - size + 1):
            word = core[i : i + size]
            if all("一" <= c <= "鿿" for c in word):
                yield word


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
