"""Messages made comparable: width, case, script, emoji, placeholders, particles.

`fold` is what vectors are made from (reads as a sentence), `core` is what grams and string
ratios compare (no punctuation, no particles). `fold_chars` keeps length, for offsets.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from opencc import OpenCC

from app.engine.chat_codes import unmasked, without_codes
from app.engine.habits import CLOSINGS, OPENINGS
from app.engine.model import Script

_TO_SIMPLIFIED = OpenCC("tw2sp")
_CHAR_TO_SIMPLIFIED = OpenCC("t2s")

_NUMBER = re.compile(r"\d+(?:[.,:：]\d+)*")
_PARTICLES = re.compile(r"[呀哦呢哈嘛啊吖呐哟哇啦喔噢诶唉哎嗯呃额~～]+")
_SIGNS = r"[\s,，.。!！?？~、]"


def _any_of(words: str) -> str:
    """A pattern for one of the words, the longest first."""
    return "|".join(sorted(words.split(), key=len, reverse=True))


_OPENING = re.compile(rf"^(?:(?:{_any_of(OPENINGS)}){_SIGNS}*|\d{{1,2}}[.、)](?!\d)\s*)+")
_CLOSING = re.compile(rf"(?:{_SIGNS}{{1,4}}(?:{_any_of(CLOSINGS)})(?={_SIGNS}|$))+{_SIGNS}*$")
LEAST = 3  # content characters that must be left of a message without its closing
_SURROGATE = re.compile("[\ud800-\udfff]")
_REPEAT = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Normalized:
    """A message in its comparable forms; `raw` is what came in."""

    raw: str
    fold: str
    core: str
    script: Script


@lru_cache(maxsize=32_768)
def simplify_char(char: str) -> str:
    """One character in half width, lower case and simplified script; always one character."""
    folded = unicodedata.normalize("NFKC", char).lower()
    if len(folded) != 1:
        return char
    if "\ud800" <= folded <= "\udfff":
        return " "
    simple = _CHAR_TO_SIMPLIFIED.convert(folded)
    return simple if len(simple) == 1 else folded


def fold_chars(text: str) -> str:
    """`text` folded character by character; same length, so offsets stay valid."""
    return "".join(map(simplify_char, text))


# What nearly every message is made of, and how NFKC folds it: the quick way of `printable`.
_USUAL = re.compile(r"[\u4e00-\u9fa5 -~，。、？！：；（）“”‘’…～￥【】《》—]*")
_USUAL_FOLDED = str.maketrans({c: unicodedata.normalize("NFKC", c) for c in "，？！：；（）…～￥"})


def printable(text: str) -> str:
    """`text` without control, bidirectional, private and surrogate characters, NFKC-folded."""
    if _USUAL.fullmatch(text):
        return text.translate(_USUAL_FOLDED)
    kept = []
    for char in text:
        kind = unicodedata.category(char)
        if kind in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif kind not in ("Cf", "Cs", "Co", "Cn"):
            kept.append(char)
    return unicodedata.normalize("NFKC", "".join(kept))


def script_of(text: str) -> Script:
    """hant when the text holds a character that exists in traditional script only."""
    plain = text if text.isascii() else printable(text)
    folded = _CHAR_TO_SIMPLIFIED.convert(plain)
    changed = sum(a != b for a, b in zip(plain, folded, strict=False))
    return "hant" if changed and changed * 8 >= sum("一" <= c <= "鿿" for c in plain) else "hans"


def simplified(text: str) -> str:
    """The text with its traditional characters in simplified script; as long as before."""
    plain = str(_CHAR_TO_SIMPLIFIED.convert(_SURROGATE.sub("\ufffd", text)))
    return plain if len(plain) == len(text) else text


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2twp")


def to_traditional(text: str) -> str:
    """Simplified to traditional with Taiwan wording (OpenCC s2twp)."""
    return str(_traditional().convert(text))


@lru_cache(maxsize=16_384)  # more than a book has texts: they are read again at every reload
def normalize(message: str) -> Normalized:
    """Every comparable form of one message. Accepts any str; the result may be empty."""
    text = printable(message)
    simple = _TO_SIMPLIFIED.convert(without_codes(text))
    fold = _folded(simple)
    core = _core(fold)
    return Normalized(
        raw=message,
        fold=fold,
        # What folds to itself is settled.
        core=core if core == message else _settled(core),
        script="hans" if simple == text else script_of(message),
    )


def _fold(message: str) -> str:
    return _folded(_TO_SIMPLIFIED.convert(without_codes(printable(message))))


def _folded(simple: str) -> str:
    text = unmasked(simple.lower().replace("甚么", "什么"))
    fold = " ".join(_drop_symbols(text).split())
    return _REPEAT.sub(r"\1\1", fold)


def _settled(core: str) -> str:
    """The core of a text, such that the core of the core is the core itself.

    What punctuation kept apart may only now read as a courtesy, a repeat or a number.
    """
    for _ in range(8):
        again = _core(_fold(core))
        if again == core:
            break
        core = again
    return core


_NO_SYMBOL = re.compile(r"[\u4e00-\u9fa5\w\s,.!?:;()、。+$~-]*", re.ASCII)


def _drop_symbols(text: str) -> str:
    """Emoji and other symbols out; letters, digits, marks and punctuation stay."""
    if _NO_SYMBOL.fullmatch(text):
        return text
    return "".join(
        c if unicodedata.category(c)[0] in "LNPMZ" or c in "+￥$~" else " " for c in text
    )


def _core(fold: str) -> str:
    """The content characters: habitual openings and closings, particles, punctuation dropped."""
    rest = _OPENING.sub("", fold)
    text = rest if len(rest) >= 2 else fold
    ending = _CLOSING.search(text)
    if ending and sum(map(str.isalnum, text[: ending.start()])) >= LEAST:
        text = text[: ending.start()]
    text = _NUMBER.sub("0", text)
    stripped = _PARTICLES.sub("", text)
    text = stripped if stripped else text
    return text if text.isalnum() else "".join(filter(str.isalnum, text))
