"""Rules that hold when several things are said together, in whatever order.

发票要您付税点, 税点您付才开发票: each part is a pattern; a place where all of them stand in one
clause (or sentence) is a hit, unless something stands beside them that makes it harmless.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

import re2

from app.engine.model import Span
from app.engine.rule_matcher import Encoded, Hit, compile_pattern

# Agents write a blank or a closing particle where others write a comma.
_BREAKS = {
    "clause": re.compile(r"[,。!?;~…\s呢哦哈啦呀哟]"),
    "sentence": re.compile(r"[。!?\n]"),
}
WITHIN = tuple(_BREAKS)
# Things said further apart than this have little to do with each other.
FURTHEST = 32


class Combination:
    """Several patterns at one place. They must be free of problems."""

    def __init__(self, parts: Sequence[str], none: Sequence[str], within: str) -> None:
        self._parts = [compile_pattern(part) for part in parts]
        self._needed = frozenset(self._parts)
        self._none = [compile_pattern(pattern) for pattern in none]
        self._within = within

    def look_first_for(self, often: Callable[[re2._Regexp], int]) -> None:
        """Puts the parts in the order in which they are looked for: the least often first."""
        self._parts.sort(key=often)

    def patterns(self) -> Sequence[re2._Regexp]:
        """What has to be there."""
        return self._parts

    def find(self, encoded: Encoded) -> list[Hit]:
        """The narrowest places that hold every part and no `none` beside it. Linear in the text."""
        if not encoded.may_match_all(self._needed):
            return []
        found = []
        for part in self._parts:
            hits = encoded.found(part)
            if not hits:
                return []
            found.append(hits)
        ends = _ends(encoded, self._within)
        places = []
        for parts in _covers(found):
            start, end = min(s for s, _ in parts), max(e for _, e in parts)
            piece = bisect_left(ends, start)
            if end - start <= FURTHEST and piece == bisect_left(ends, end - 1):
                low = ends[piece - 1] + 1 if piece else 0
                high = ends[piece] if piece < len(ends) else len(encoded.folded)
                if not self._harmless(encoded, low, high):
                    starts = tuple(s for s, _ in parts)
                    places.append(Hit(start, end, (start, end), starts))
        return places

    def _harmless(self, encoded: Encoded, low: int, high: int) -> bool:
        """Whether something of `none` begins in [low, high)."""
        for pattern in self._none:
            hits = encoded.found(pattern)
            at = bisect_left(hits, low, key=lambda hit: hit.start)
            if at < len(hits) and hits[at].start < high:
                return True
        return False


def _ends(encoded: Encoded, within: str) -> list[int]:
    """Where clauses or sentences end, in order."""
    breaks = _BREAKS[within]
    return encoded.remembered(within, lambda: [m.start() for m in breaks.finditer(encoded.folded)])


def _covers(found: Sequence[Sequence[Hit]]) -> Iterator[tuple[Span, ...]]:
    """For each hit, the hits nearest before it, itself among them, that are one of every part."""
    order = sorted((hit.end, hit.start, part) for part, hits in enumerate(found) for hit in hits)
    latest: dict[int, Span] = {}
    for end, start, part in order:
        latest[part] = (start, end)
        if len(latest) == len(found):
            yield tuple(latest.values())
