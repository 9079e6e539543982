"""Several messages, or one message with several asks, taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_SEGMENTS = 8
MIN_CHARACTERS = 3  # content characters below which a piece is no ask of its own

_BREAK = re.compile(
    r"[。！？!?；;\n\r]+|(?<=[吗呢吧呀么])[，,、\s]+|(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])"
)
_SPACED = re.compile(r"\s*\S(?:\s\S)+\s*")  # 发 什 么 快 递
_SIGN = "[\\s，,、。！!？?；;：:…~～/\u2600-\u27bf\U0001f300-\U0001faff]"
_THANKS = "(?:[谢謝][谢謝]|[多感][谢謝]|[谢謝][啦了])[你您啦了]*"
_NEXT = r"然后|然後|再问下?|(?<![\d.])\d[.)](?!\d)"
# Said after an ask these want it answered soon; alone they may be one.
_HURRY = (
    "快 快点 快些 快快 快点快点 搞快点 急 急急 很急 着急 挺急的 赶紧 赶紧的 赶快 速度 速回 尽快 "
    "快回 回复 回复我 快点回复 尽快回复 在线等 等回复 给个准话 回个话 快说"
)
_HURRIES = frozenset(_HURRY.split())
_BETWEEN = re.compile(rf"(?:{_SIGN}|{_NEXT}|{_THANKS}(?={_SIGN}|$))+")
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


def questions(message: str) -> tuple[str, ...]:
    """The clauses of a message that ask or beg something, in order."""
    return tuple(c for c in clauses(message) if _QUESTION.search(c))


def hurries(core: str) -> bool:
    """Whether a core text says no more than that an answer should come soon."""
    return core in _HURRIES


def _pieces(message: str) -> Sequence[str]:
    parts = (p for whole in _BREAK.split(message) for p in _JOINT.split(whole))
    return [p.strip() for p in parts if p and p.strip()]
