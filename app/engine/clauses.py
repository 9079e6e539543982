"""A draft cut into clauses, and how close a clause is to a habitual wording.

Compared is the core of a clause: folded, without punctuation, particles and forms of address,
你 for 您. Two cores are close when RapidFuzz's ratio is high and the difference holds neither a
negation nor a number nor a swapped content word: `ratio("能退", "不能退")` is 80.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

_ENDS = frozenset(",。!?;:~、…\n\r\t ")
_PARTICLES = frozenset("啊呀哦呢哈嘛呗啦哟喔噢嗯吧的了呐咯额")
_TRAILING = _PARTICLES - frozenset("的了吧嗯")
_ADDRESS = re.compile(r"^(?:亲爱的|亲亲|亲|客官|您好|你好)+")
_ADDRESS_END = re.compile(r"(?:亲爱的|亲亲|亲)+$")
# A difference made of these alone leaves the meaning as it was.
_LIGHT = _PARTICLES | frozenset("你我他她它们这那个款是就都也还很真太非常请一下")
# Negation, question and obligation: one more or one less turns the meaning round.
_TURNS = re.compile(r"不(?![断过但仅管])|没|别(?![家人])|无|未|勿|莫|吗|是否|必须|如果")
_NUMBER = re.compile(r"[0-9]+|[一二三四五六七八九十百千万两]+(?=[天号个件块元点小])")
_RATIO = 80.0
_WINDOW = 3


@dataclass(frozen=True, slots=True)
class Clause:
    """One to three neighbouring clauses. Offsets are those of the draft.

    `start` lies after a form of address, `end` before punctuation; `address` tells whether one
    stands directly before `start`.
    """

    start: int
    end: int
    core: str
    parts: int
    address: bool


def core(folded: str, particles: frozenset[str] = _PARTICLES) -> str:
    """What is compared of a folded text: letters and digits that are no particles."""
    kept = (c for c in folded if c not in particles and unicodedata.category(c)[0] in "LN")
    return "".join(kept).replace("您", "你")


def short_core(folded: str) -> str:
    """The same for one-word messages, in which 的 and 了 matter: 没有 is not 没有的."""
    return core(folded, _TRAILING)


def clauses(folded: str) -> list[Clause]:
    """Every run of one to three clauses, the longest runs first, then in order."""
    singles = _singles(folded)
    runs = list(singles)
    for length in range(2, _WINDOW + 1):
        for first in range(len(singles) - length + 1):
            group = singles[first : first + length]
            joined = "".join(clause.core for clause in group)
            runs.append(Clause(group[0].start, group[-1].end, joined, length, group[0].address))
    return sorted(runs, key=lambda clause: (-clause.parts, clause.start))


def _singles(folded: str) -> list[Clause]:
    found = []
    start = 0
    for at in range(len(folded) + 1):
        if at < len(folded) and folded[at] not in _ENDS:
            continue
        clause = _clause(folded, start, at)
        if clause is not None:
            found.append(clause)
        start = at + 1
    return found


def _clause(folded: str, start: int, end: int) -> Clause | None:
    text = folded[start:end]
    lead = _ADDRESS.match(text)
    skipped = lead.end() if lead else 0
    tail = _ADDRESS_END.search(text, skipped)
    said = core(text[skipped : tail.start() if tail else len(text)])
    # Emoji and other signs at the edges stay outside the clause, and so stay in the draft.
    while end > start + skipped and not _is_text(folded[end - 1]):
        end -= 1
    while start + skipped < end and not _is_text(folded[start + skipped]):
        skipped += 1
    return Clause(start + skipped, end, said, 1, lead is not None) if said else None


def _is_text(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN" or character in '}%)）”」』》’"`”{(（“「『《‘'


def closest(said: str, habitual: Sequence[str]) -> int | None:
    """The index of the habitual core that says the same, or None. Short ones must be equal."""
    for candidate, _, index in process.extract(
        said, habitual, scorer=fuzz.ratio, score_cutoff=_RATIO, limit=4
    ):
        if candidate == said or (len(candidate) > 4 and same_meaning(said, candidate)):
            return int(index)
    return None


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
    if len(taken) > max(2, len(other) // 4) or len(added) > len(other) // 8:
        return False
    # The same characters in another order (你叫什么名字、名字你叫什么) are no swapped word.
    swapped = sorted(taken) != sorted(added) and bool(taken) and bool(added)
    return not swapped
