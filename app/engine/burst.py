"""Several messages, or one message with several asks, taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.engine.habits import HASTE

MAX_SEGMENTS = 8
MIN_CHARACTERS = 3  # content characters below which a piece is no ask of its own

_BREAK = re.compile(
    r"[。！？!?；;\n\r]+|(?<=[吗呢吧呀么])[，,、\s]+|(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])"
)
_SPACED = re.compile(r"\s*\S(?:\s\S)+\s*")  # 发 什 么 快 递
_SIGN = "[\\s，,、。！!？?；;：:…~～/\u2600-\u27bf\U0001f300-\U0001faff]"
_THANKS = "(?:[谢謝][谢謝]|[多感][谢謝]|[谢謝][啦了])[你您啦了]*"
_NEXT = r"然后|然後|再问下?|(?<![\d.])\d[.)](?!\d)"
_BETWEEN = re.compile(rf"(?:{_SIGN}|{_NEXT}|{_THANKS}(?={_SIGN}|$))+")
_HASTE = frozenset(HASTE.split())
_QUESTION = re.compile(
    "[吗嗎谁誰哪几幾啥咋]|[么麼]$|什么|甚麼|什麼|怎[么麼样樣]|多[少久大长長]|能不能|可不可以|可以不|有[没沒]有"
    "|是不是|会不会|會不會|要不要|行不行|能否|是否|帮[我忙]|幫[我忙]|麻[烦煩]"
)
_JOINT = re.compile(r"[，,、]?(?:还有|另外|顺便(?:问下|问一下)?|再问下|对了)[，,、\s]*")


def segments(message: str) -> tuple[str, ...]:
    """The pieces of a message that may be asks of their own, in order; at most MAX_SEGMENTS.

    Pieces too short to ask anything are joined to the next one. A message that does not fall
    apart comes back whole.
    """
    if _SPACED.fullmatch(message):
        return (message,)
    pieces: list[str] = []
    held: list[str] = []
    content = 0
    for piece in _pieces(message):
        held.append(piece)
        content += sum(map(str.isalnum, piece))
        if content >= MIN_CHARACTERS:
            pieces.append(" ".join(held))
            held, content = [], 0
    if held:
        pieces[-1:] = [" ".join([*pieces[-1:], *held])]
    if len(pieces) > MAX_SEGMENTS:
        pieces[MAX_SEGMENTS - 1 :] = [" ".join(pieces[MAX_SEGMENTS - 1 :])]
    return tuple(pieces)


def clauses(message: str) -> tuple[str, ...]:
    """What stands between signs or spaces, without thanks at its end; at most MAX_SEGMENTS."""
    if _SPACED.fullmatch(message):
        return (message,)
    return tuple(c for c in _BETWEEN.split(message) if c)[:MAX_SEGMENTS]


def asks_or_begs(clause: str) -> bool:
    """Whether a clause has a word of a question (什么, 吗) or of a request (麻烦, 帮我)."""
    return _QUESTION.search(clause) is not None


def hurries(core: str) -> bool:
    """Whether a core text says no more than that an answer should come soon."""
    return core in _HASTE


def _pieces(message: str) -> Sequence[str]:
    parts = (p for whole in _BREAK.split(message) for p in _JOINT.split(whole))
    return [p.strip() for p in parts if p and p.strip()]
