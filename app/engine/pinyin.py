"""Pinyin of single characters, without tones."""

from __future__ import annotations

import os
from functools import lru_cache

# Only single characters are looked up; loading the table of phrases takes a third of a second.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT
from pypinyin.style import convert


@lru_cache(maxsize=32_768)
def pinyin(char: str) -> str:
    """The most usual syllable of one character; other characters as they are."""
    return str(lazy_pinyin(char, style=Style.NORMAL)[0])


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Every syllable that a Chinese character can have."""
    marked = {p for reading in PINYIN_DICT.values() for p in reading.split(",")}
    return frozenset(convert(p, style=Style.NORMAL, strict=False) for p in marked)
