"""Which of many patterns can match a text at all, told by the literal words that each one needs.

RE2 takes those words out of the patterns and looks for all of them in one pass, so that a check
runs a dozen patterns of several hundred.
"""

from __future__ import annotations

from collections.abc import Iterable

import re2

# Private use: no pattern of a phrasebook needs it.
_WITNESS = "\ue000"


class Prefilter:
    """Patterns that are looked for together. Safe to share between threads."""

    def __init__(self, patterns: Iterable[re2._Regexp]) -> None:
        self._patterns = tuple(dict.fromkeys(patterns))
        self.known = frozenset(self._patterns)
        self._filter = re2.Filter()
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        for pattern in (*(p.pattern for p in self._patterns), _WITNESS):
            self._filter.Add(pattern, options)
        self._filter.Compile()

    def possible(self, data: bytes) -> frozenset[re2._Regexp]:
        """The patterns that may match a folded text in UTF-8; the others do not.

        RE2 says nothing when its memory does not do for a text. So a witness is looked for beside
        it: where that is not found, no pattern is left out.
        """
        witness = len(self._patterns)
        numbers = self._filter.Match(data + _WITNESS.encode(), True) or ()
        if witness not in numbers:
            return self.known
        return frozenset(self._patterns[n] for n in numbers if n < witness)
