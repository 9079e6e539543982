"""Typed pinyin and mistyped characters put right by the vocabulary of the book.

A noisy-channel correction (Kernighan et al. 1990, "A spelling correction program based on a
noisy channel model") whose language model is the pairs of neighbouring characters in the book's
own texts, smoothed by single characters. A character is doubted only when it forms no known pair
with one of its neighbours and is in no word of a general dictionary (rjieba); what replaces it
has the same sound or a like shape, or is its neighbour, and has to be far likelier. So wording
that the book does not know stays as it is. (Left-out characters were tried too: what is put in
spoils more honest words than it mends.)
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from app.engine.confusables import CONFUSABLES
from app.engine.pinyin import pinyin, syllables
from app.engine.recent import Recent

REPLACING = 9.0  # by how much, in nats, the book must prefer the character in its place
SWAPPING = 11.0  # and two characters in the other order
SMOOTHING = 1.0  # characters of the unigram model for each one seen before
LEAST = 2  # a character seen this often may replace another
LONGEST_SYLLABLE = 6
LONGEST_WORD = 4
REMEMBERED = 4096  # rows of sounds that were sought
_LATIN = re.compile(r"[a-z]{2,24}")
_CHINESE = re.compile("[一-鿿]+")
_EDGE = "\x02"


class Speller:
    """Corrects core texts towards the texts that it was built from."""

    def __init__(self, cores: Sequence[str]) -> None:
        framed = [f"{_EDGE}{core}{_EDGE}" for core in cores]
        self._pairs = dict(Counter(a + b for text in framed for a, b in pairwise(text)))
        self._single = dict(Counter(char for text in framed for char in text))
        size = sum(self._single.values())
        self._smooth = {char: SMOOTHING * (n + 0.1) / size for char, n in self._single.items()}
        self._rare = SMOOTHING * 0.1 / max(size, 1)
        self._times = {char: n + SMOOTHING for char, n in self._single.items()}
        self._latin = {w for core in cores for w in _LATIN.findall(core)}
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for char, count in self._single.items():
            if count >= LEAST and _CHINESE.fullmatch(char):
                self._by_sound[pinyin(char)].append(char)
        self._words = _Words(cores, self._single)

    def correct(self, core: str) -> str:
        """The core text with typed pinyin and doubtful characters replaced."""
        text = _LATIN.sub(self._decode, core)
        if not self._odd(text):
            return text
        chars = [_EDGE, *text, _EDGE]
        alone = [False, *_outside_words(text), False]
        for i in range(1, len(chars) - 1):
            left, char, right = chars[i - 1 : i + 2]
            if not alone[i] or self._known(left, char, right) or not "一" <= char <= "鿿":
                continue
            better = self._better(left, char, right)
            if better:
                chars[i] = better
            elif alone[i + 1] and self._swapped(*chars[i - 1 : i + 3]):
                chars[i : i + 2] = right, char
        return "".join(chars[1:-1])

    def _odd(self, text: str) -> bool:
        """Whether any two neighbours were never seen together."""
        neighbours = map("".join, pairwise(f"{_EDGE}{text}{_EDGE}"))
        return not all(map(self._pairs.__contains__, neighbours))

    def _known(self, left: str, char: str, right: str) -> bool:
        return left + char in self._pairs and char + right in self._pairs

    def _better(self, left: str, char: str, right: str) -> str | None:
        """A character of the same sound or like shape that the book prefers here by far."""
        now, pairs = 0.0, self._pairs
        best, most = None, REPLACING
        for other in (*self._by_sound.get(pinyin(char), ()), *CONFUSABLES.get(char, "")):
            # Without a known pair the most that can be gained is ln 10, by a frequent character.
            if left + other not in pairs and other + right not in pairs:
                continue
            if other != char and other in self._single:
                now = now or self._chance(left, char) + self._chance(char, right)
                gain = self._chance(left, other) + self._chance(other, right) - now
                if gain > most:
                    best, most = other, gain
        return best

    def _swapped(self, left: str, a: str, b: str, right: str) -> bool:
        """Whether the book prefers b before a between these neighbours by far."""
        now = self._chance(left, a) + self._chance(a, b) + self._chance(b, right)
        then = self._chance(left, b) + self._chance(b, a) + self._chance(a, right)
        return then - now > SWAPPING

    def _chance(self, a: str, b: str) -> float:
        """Log of the chance of b after a, smoothed (Dirichlet) by how frequent b is."""
        seen = self._pairs.get(a + b, 0) + self._smooth.get(b, self._rare)
        return math.log(seen / self._times.get(a, SMOOTHING))

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
                word = self._words.of_sound(sounds[i : i + size])
                if word and (size > 1 or len(sounds) > 1):
                    out += word
                    i += size
                    break
            else:
                return ""
        return out


class _Words:
    """The runs of Chinese characters in texts, up to four long, found by their sound.

    A list of them all would take 0.1 s to make and most messages need none. So each character of
    the texts has a sign that stands for its sound, and a row of sounds is sought as a text is.
    """

    def __init__(self, cores: Sequence[str], counts: Mapping[str, int]) -> None:
        """`counts` has at least every character of the texts."""
        self._text = _EDGE.join(cores)
        self._signs: dict[str, str] = {}  # of each sound
        self._alone: dict[str, tuple[int, str]] = {}  # the most frequent character of each sound
        of_char = dict.fromkeys(map(ord, counts), _EDGE)
        for char, count in counts.items():
            if _CHINESE.fullmatch(char):
                sound = pinyin(char)
                of_char[ord(char)] = self._signs.setdefault(
                    sound, chr(ord("一") + len(self._signs))
                )
                self._alone[sound] = max(self._alone.get(sound, (0, "")), (count, char))
        self._sounds = self._text.translate(of_char)
        self._known: Recent[str] = Recent(REMEMBERED)

    def of_sound(self, sounds: tuple[str, ...]) -> str:
        """The most frequent word of these syllables; "" when there is none."""
        if len(sounds) == 1:
            return self._alone.get(sounds[0], (0, ""))[1]
        return self._known.get(sounds, lambda: self._sought(sounds))

    def _sought(self, sounds: tuple[str, ...]) -> str:
        if not all(map(self._signs.__contains__, sounds)):
            return ""
        signs, size = "".join(map(self._signs.__getitem__, sounds)), len(sounds)
        found: Counter[str] = Counter()
        place = self._sounds.find(signs)
        while place >= 0:
            found[self._text[place : place + size]] += 1
            place = self._sounds.find(signs, place + 1)
        return max(((count, word) for word, count in found.items()), default=(0, ""))[1]


@cache
def dictionary() -> Callable[[str, bool], list[str]]:
    """What cuts a text into the words of the general dictionary. Reading that takes 0.2 s."""
    import rjieba

    cut: Callable[[str, bool], list[str]] = rjieba.cut
    return cut


def _outside_words(text: str) -> list[bool]:
    """For each character whether it stands alone: in no word of the dictionary."""
    return [alone for word in dictionary()(text, False) for alone in [len(word) == 1] * len(word)]


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
