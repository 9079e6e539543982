"""A draft cut into clauses, and how close a clause is to a habitual wording.

Compared is the core of a clause: folded, without punctuation, particles and forms of address,
你 for 您. Two cores are close when RapidFuzz's ratio is high and the difference holds neither a
negation nor a number nor a swapped content word: `ratio("能退", "不能退")` is 80.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

_PIECE = re.compile(r"[^,。!?;:~、…\n\r\t ]+")
_PARTICLES = frozenset("啊呀哦呢哈嘛呗啦哟喔噢嗯吧的了呐咯额")
_TRAILING = _PARTICLES - frozenset("的了吧嗯")
_ADDRESS = re.compile(r"(?:亲爱的|亲亲|亲|客官|您好|你好)+")
# Bounded: without a bound a row of 亲 would be tried from each of them to its end.
_ADDRESS_END = re.compile(r"(?:亲爱的|亲){1,4}$")
_FIRST_OF_ADDRESS, _LAST_OF_ADDRESS = frozenset("亲客您你"), frozenset("亲的")
# A difference made of these alone leaves the meaning as it was.
_LIGHT = _PARTICLES | frozenset("你我它们这那个款是就都也还很真太非常请一下")
# Negation, question and obligation: one more or one less turns the meaning round.
_TURNS = re.compile(r"不(?![断过但仅管])|没|别(?![家人])|无|未|勿|莫|吗|是否|必须|如果")
_NUMBER = re.compile(r"[0-9]+|[一二三四五六七八九十百千万两]+(?=[天号个件块元点小])")
_RATIO = 80.0
WINDOW = 3  # neighbouring clauses that may be habitual wording together


class Clause(NamedTuple):
    """One to three neighbouring clauses. Offsets are those of the draft.

    `start` lies after a form of address, `end` before punctuation; `address` tells whether one
    stands directly before `start`.
    """

    start: int
    end: int
    core: str
    parts: int
    address: bool


class _Kept(dict[int, str]):
    """A `str.translate` table that keeps letters and digits that are no particles, 你 for 您."""

    def __init__(self, particles: frozenset[str]) -> None:
        self._particles = particles
        self[ord("您")] = "你"

    def __missing__(self, point: int) -> str:
        character = chr(point)
        said = character not in self._particles and unicodedata.category(character)[0] in "LN"
        kept = self[point] = character if said else ""
        return kept


_CORE, _SHORT_CORE = _Kept(_PARTICLES), _Kept(_TRAILING)


@lru_cache(maxsize=4096)  # what is reworded is read again, and has most of its clauses still
def core(folded: str) -> str:
    """What is compared of a folded text: letters and digits that are no particles."""
    return folded.translate(_CORE)


def short_core(folded: str) -> str:
    """The same for one-word messages, in which 的 and 了 matter: 没有 is not 没有的."""
    return folded.translate(_SHORT_CORE)


def clauses(folded: str) -> list[Clause]:
    """The clauses of a text in order."""
    pieces = (_clause(folded, *piece.span()) for piece in _PIECE.finditer(folded))
    return [clause for clause in pieces if clause is not None]


def joined(run: Sequence[Clause]) -> Clause:
    """Neighbouring clauses as one."""
    if len(run) == 1:
        return run[0]
    said = "".join([clause.core for clause in run])
    return Clause(run[0].start, run[-1].end, said, len(run), run[0].address)


def _clause(folded: str, start: int, end: int) -> Clause | None:
    lead = _ADDRESS.match(folded, start, end) if folded[start] in _FIRST_OF_ADDRESS else None
    start = lead.end() if lead else start
    tail = _ADDRESS_END.search(folded, start, end) if folded[end - 1] in _LAST_OF_ADDRESS else None
    said = core(folded[start : tail.start() if tail else end])
    if not said:
        return None
    # Emoji and other signs at the edges stay outside the clause, and so stay in the draft.
    while end > start and not _is_text(folded[end - 1]):
        end -= 1
    while start < end and not _is_text(folded[start]):
        start += 1
    return Clause(start, end, said, 1, lead is not None)


def _is_text(character: str) -> bool:
    return character.isalnum() or character in '}%)）”」』》’"`”{(（“「『《‘'


def closest(said: str, habitual: Sequence[str]) -> int | None:
    """The index of the habitual core that says the same, or None. Short ones must be equal."""
    for candidate, _, index in process.extract(
        said, habitual, scorer=fuzz.ratio, score_cutoff=_RATIO, limit=4
    ):
        if candidate == said or (len(candidate) > 4 and same_meaning(said, candidate)):
            return int(index)
    return None


def needed(habitual: str) -> set[str]:
    """The characters of a habitual core that a close one has, but for `may_lack` of them."""
    return {character for character in habitual if character not in _LIGHT}


def may_lack(habitual: str) -> int:
    """How many characters that matter a core may lack that says the same as a habitual one."""
    return len(habitual) // 8


def same_meaning(one: str, other: str) -> bool:
    """True when a core and a habitual one close to it differ in nothing that matters."""
    if len(_TURNS.findall(one)) != len(_TURNS.findall(other)):
        return False
    if _NUMBER.findall(one) != _NUMBER.findall(other):
        return False
    taken: list[str] = []
    added: list[str] = []
    for step in Indel.opcodes(one, other):
        if step.tag == "delete":
            taken.extend(x for x in one[step.src_start : step.src_end] if x not in _LIGHT)
        elif step.tag == "insert":
            added.extend(x for x in other[step.dest_start : step.dest_end] if x not in _LIGHT)
    # `taken` stands only in the draft, `added` only in the habitual wording: what that is about
    # must be said, and a few words more may be.
    if len(taken) > max(1, len(other) // 5) or len(added) > may_lack(other):
        return False
    # The same characters in another order (你叫什么名字、名字你叫什么) are no swapped word.
    swapped = sorted(taken) != sorted(added) and bool(taken) and bool(added)
    return not swapped
