"""Which of many patterns can match a text at all, told by the literal words that each one needs.

RE2 takes those words out of the patterns and looks for all of them in one pass, so that a check
runs a dozen patterns of several hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import re2

# Private use: no pattern of a phrasebook needs it.
_WITNESS = "\ue000"
# So many patterns are looked for in one pass. Each pass costs; but of 300 patterns RE2 forgets in
# each text what it learnt in the last, and takes several times as long.
_TOGETHER = 200


class Prefilter:
    """Patterns that are looked for together. Safe to share between threads."""

    def __init__(self, patterns: Iterable[re2._Regexp]) -> None:
        every = tuple(dict.fromkeys(patterns))
        self.known = frozenset(every)
        self._parts = [
            (part, _filter_of(part))
            for part in (every[i : i + _TOGETHER] for i in range(0, len(every), _TOGETHER))
        ]

    def possible(self, data: bytes) -> frozenset[re2._Regexp]:
        """The patterns that may match a folded text in UTF-8; the others do not.

        RE2 says nothing when its memory does not do for a text. So a witness is looked for beside
        it: where that is not found, no pattern is left out.
        """
        data += _WITNESS.encode()
        found: list[re2._Regexp] = []
        for part, looked_for in self._parts:
            numbers = looked_for.Match(data, True) or ()
            witnessed = len(part) in numbers
            found += [part[n] for n in numbers if n < len(part)] if witnessed else part
        return frozenset(found)


def _filter_of(patterns: Sequence[re2._Regexp]) -> re2.Filter:
    """Looks for the words of patterns and, after them, for the witness."""
    made = re2.Filter()
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    for pattern in (*(p.pattern for p in patterns), _WITNESS):
        made.Add(pattern, options)
    made.Compile()
    return made
