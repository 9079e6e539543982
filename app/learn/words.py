"""Two texts word by word: what stayed, what went, what came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

# Chinese has no spaces: a character each. Tags, Latin words, numbers and blanks stay whole.
_TOKEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|[A-Za-z_]+|\d+(?:\.\d+)*|\s+|.", re.DOTALL)
LONGEST = 20_000  # tokens of both texts; beyond it they count as wholly different
ALIKE = 0.4  # share of the tokens that two texts must have in common to be shown as one
_SHORT = 2  # tokens: an island so small between two changes is easier read as part of them


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have (`same`), only the first (`gone`) or only the second."""

    kind: Literal["same", "gone", "new"]
    text: str


def word_changes(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in order, `gone` before `new` where both stand at one place.

    `same` and `gone` pieces together are `before`, `same` and `new` ones `after`.
    """
    left, right = _TOKEN.findall(before), _TOKEN.findall(after)
    blocks = [(left, right, before == after)]
    small = len(left) + len(right) <= LONGEST
    if small and ALIKE <= Indel.normalized_similarity(left, right) < 1:
        blocks = _joined(list(_blocks(left, right)))
    return tuple(piece for block in blocks for piece in _pieces(*block))


_Block = tuple[list[str], list[str], bool]  # of each text, and whether they are the same


def _blocks(left: Sequence[str], right: Sequence[str]) -> Iterator[_Block]:
    for step in Indel.opcodes(left, right):
        gone = list(left[step.src_start : step.src_end])
        new = list(right[step.dest_start : step.dest_end])
        yield gone, new, step.tag == "equal"


def _joined(blocks: list[_Block]) -> list[_Block]:
    """Neighbouring changes as one, together with the small islands between them."""
    joined: list[_Block] = []
    for place, (gone, new, same) in enumerate(blocks):
        inside = 0 < place < len(blocks) - 1
        kept = same and not (inside and len(gone) <= _SHORT)
        if joined and not kept and not joined[-1][2]:
            joined[-1] = (joined[-1][0] + gone, joined[-1][1] + new, False)
        else:
            joined.append((gone, new, kept))
    return joined


def _pieces(gone: list[str], new: list[str], same: bool) -> Iterator[Piece]:
    if same:
        if gone:
            yield Piece("same", "".join(gone))
        return
    if gone:
        yield Piece("gone", "".join(gone))
    if new:
        yield Piece("new", "".join(new))
