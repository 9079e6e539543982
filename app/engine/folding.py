"""Text folded for matching, one code point to one code point, so that offsets stay exact.

Folded are width (ＱＱ -> qq), case and script (traditional -> simplified). What would change the
number of code points (℃ -> °C) is left alone: an offset into folded text is an offset into the
original. Lone surrogates, which no UTF-8 library takes, become U+FFFD.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import opencc

_CJK = range(0x4E00, 0xA000)
# Soft hyphen, zero-width and direction marks, joiners, byte order mark, variation selectors.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
# What has a meaning of its own in a pattern and therefore must be escaped after folding.
_PATTERN_SIGNS = frozenset(r"\.+*?()|[]{}^$-")
# Forms of a pronoun that the conversion of script leaves alone.
_VARIANTS = {"妳": "你", "祢": "你"}


@cache
def _script_maps() -> tuple[dict[str, str], frozenset[str]]:
    """(traditional character -> simplified, characters that only simplified text has)."""
    characters = [chr(point) for point in _CJK]
    # One conversion of the whole block, a character a line: no phrase can form across lines.
    block = "\n".join(characters)
    simplified = opencc.OpenCC("t2s").convert(block).split("\n")
    traditional = opencc.OpenCC("s2t").convert(block).split("\n")
    to_simplified = {
        old: new
        for old, new in zip(characters, simplified, strict=True)
        if new != old and len(new) == 1
    }
    only_simplified = frozenset(
        old for old, new in zip(characters, traditional, strict=True) if new != old
    )
    return to_simplified, only_simplified


def _fold_character(character: str) -> str:
    if 0xD800 <= ord(character) < 0xE000:
        return "\ufffd"
    # Case after width: Ｑ is folded to Q first, and Q has a lower case of its own.
    for change in (_half_width, str.lower):
        changed = change(character)
        character = changed if len(changed) == 1 else character
    return _VARIANTS.get(character) or _script_maps()[0].get(character, character)


def _half_width(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


class _Table(dict[int, str]):
    """A `str.translate` table that is filled as characters turn up."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold_character(chr(point))
        return folded


_TABLE = _Table()


@lru_cache(maxsize=256)  # a draft is checked and then reworded
def fold(text: str) -> str:
    """The folded text; `len(fold(text)) == len(text)` and folding twice changes nothing more."""
    return text.translate(_TABLE)


def without_invisible(text: str) -> tuple[str, list[int]]:
    """The text without characters that do not show, and where each kept one stood.

    Words are split by them to slip past filters (加微\u200b信); emoji need some of them, which is
    why only the copy that is checked goes without. The places are empty when nothing was dropped.
    """
    if not _INVISIBLE.search(text):
        return text, []
    places = [i for i, character in enumerate(text) if not _INVISIBLE.match(character)]
    return "".join(text[i] for i in places), places


def fold_pattern(pattern: str) -> str:
    """A pattern folded so that it matches folded text.

    ASCII keeps its meaning in the pattern (case is the matcher's business); a full-width sign
    becomes the escaped half-width one.
    """
    folded = []
    for character in pattern:
        new = character if character.isascii() else fold(character)
        folded.append("\\" + new if new != character and new in _PATTERN_SIGNS else new)
    return "".join(folded)


@cache
def _any_traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(_script_maps()[0])}]")


def is_traditional(text: str) -> bool:
    """True when more characters are traditional-only than simplified-only."""
    to_simplified, only_simplified = _script_maps()
    if not _any_traditional().search(text):
        return False
    traditional = sum(character in to_simplified for character in text)
    return traditional > sum(character in only_simplified for character in text)


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2tw")


def to_traditional(text: str) -> str:
    """The text in traditional script, with the forms usual in Taiwan (為, not 爲)."""
    return str(_to_traditional().convert(text))
