"""Finds the words and patterns of many rules in a text, less the allowed phrases round them.

Words run in one Aho-Corasick automaton, patterns in RE2: both are linear in the text, so no input
can make a check slow. A pattern may use shorthands that trainers can read:

    {数}    a number: 15, 十五, 两, and masks such as [数字x] or XX
    {…}    up to eight characters of the same clause
    {词组}  a term of the phrasebook (see terms.py)
    {，}    up to two signs or spaces between clauses, or none
    {rest} the rest of the clause, kept as the group `rest` (rewrites only)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, TypeVar

import re2
from ahocorasick_rs import AhoCorasick, MatchKind

from app.engine.folding import fold, fold_pattern
from app.engine.model import Span
from app.engine.prefilter import Prefilter
from app.engine.terms import FACT, expand, references

_NUMBER = (
    r"(?:[0-9](?:[0-9.]|,[0-9])*|[零一二三四五六七八九十百千万两几半]+|\[[^\[\]]{1,8}\]|[x*]{1,4})"
)
_SHORTHANDS = {
    "{数}": _NUMBER,
    "{…}": r"[^,。!?;~\n]{0,8}",
    "{，}": r"[,。!?;:~、…\s]{0,2}",
    "{rest}": r"(?P<rest>[^,。!?;:~、…\s]*)",
}
# `*`, `+` or `{n,}` outside a character class: unbounded, so not linear over many matches.
_UNBOUNDED = re.compile(r"(?<!\\)(?:[*+]|\{\d+,\})")
_CLASS = re.compile(r"\[(?:\\.|[^\]\\])*\]")
# What a pattern may take along at its edges (the end of a clause) is no part of the wording.
_EDGES = frozenset(",。!?;:~、…\n\r\t ")
# As many patterns are tried one by one sooner than a prefilter is made.
_FEW = 40
_NO_TERMS: Mapping[str, str] = {}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets a rule off, and the longer phrases in which it does not count."""

    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    exception_patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a text. `start` and `end` are those of the group `word` where there is one.

    `parts` holds where each part of a combination starts.
    """

    start: int
    end: int
    whole: Span
    parts: tuple[int, ...] = ()


@lru_cache(maxsize=8192)
def compile_pattern(pattern: str, *, longest: bool = False) -> re2._Regexp:
    """Compiles one pattern with shorthands, for folded text. Raises re2.error when unsupported.

    Terms must have been put in (`terms.expand`). Remembered: a book is compiled several times
    while it is loaded, and again after each change of a file.
    """
    for shorthand, meaning in _SHORTHANDS.items():
        pattern = pattern.replace(shorthand, meaning)
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.longest_match = longest
    return re2.compile(fold_pattern(pattern), options)


def pattern_problem(
    pattern: str, terms: Mapping[str, str] = _NO_TERMS, *, part: bool = False
) -> str | None:
    """What is wrong with a pattern, in Chinese, or None. `terms` must be resolved.

    With `part` it is only a part of patterns, and may match nothing at all.
    """
    whole = expand(pattern, terms)
    unknown = [name for name in references(whole) if not name.startswith(FACT)]
    if unknown:
        return f"模式“{pattern}”用到的词组“{{{unknown[0]}}}”没有定义，或绕回了自己"
    try:
        compiled = compile_pattern(whole)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        detail = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        return f"模式“{pattern}”写法不受支持（{detail}）"
    if not part and compiled.search("") is not None:
        return f"模式“{pattern}”会匹配空白，等于处处都算"
    if _UNBOUNDED.search(_CLASS.sub("字", pattern)):
        return f"模式“{pattern}”没有限定长度，请用 {{0,10}} 代替 * 和 +"
    return None


def sound(patterns: Iterable[str], terms: Mapping[str, str]) -> tuple[str, ...]:
    """The patterns without a problem, their terms put in."""
    return tuple(expand(p, terms) for p in patterns if pattern_problem(p, terms) is None)


@lru_cache(maxsize=8192)
def _word_group(pattern: re2._Regexp) -> int:
    return int(pattern.groupindex.get("word", 0))


class Encoded:
    """A folded text with its UTF-8 form and what was found in it, made once for all rules.

    For one check by one thread.
    """

    def __init__(self, text: str) -> None:
        self.folded = fold(text)
        self.data = self.folded.encode("utf-8")
        self._starts: list[int] | None = None
        self._memory: dict[Hashable, Any] = {}
        self._known: frozenset[re2._Regexp] = frozenset()
        self._possible: frozenset[re2._Regexp] = frozenset()

    def point(self, byte_offset: int) -> int:
        """The code point at a byte offset."""
        if len(self.data) == len(self.folded):
            return byte_offset
        if self._starts is None:
            widths = map(len, map(str.encode, self.folded))
            self._starts = list(accumulate(widths, initial=0))
        return bisect_right(self._starts, byte_offset) - 1

    def narrow(self, prefilter: Prefilter) -> frozenset[re2._Regexp]:
        """The patterns of a prefilter that may match. From now on, the others are not tried."""
        possible = prefilter.possible(self.data)
        # Made anew only where there is something to add to: these sets are large.
        self._known = self._known | prefilter.known if self._known else prefilter.known
        self._possible = self._possible | possible if self._possible else possible
        return possible

    def may_match(self, pattern: re2._Regexp) -> bool:
        """Whether it is worth trying a pattern."""
        return pattern in self._possible or pattern not in self._known

    def may_match_all(self, patterns: frozenset[re2._Regexp]) -> bool:
        """Whether it is worth trying to find all of some patterns."""
        return patterns <= self._possible or (patterns & self._known) <= self._possible

    def matches(self, pattern: re2._Regexp) -> Sequence[Hit]:
        """Every non-overlapping match; empty ones are left out."""
        if not self.may_match(pattern):
            return ()
        found = list(pattern.finditer(self.data))
        return self._hits(pattern, found) if found else ()

    def _hits(self, pattern: re2._Regexp, found: Sequence[re2._Match]) -> Sequence[Hit]:
        group = _word_group(pattern)
        hits = []
        for match in found:
            start, end = match.span(group)
            if end > start >= 0:
                whole = (self.point(match.start()), self.point(match.end()))
                first, last = self.point(start), self.point(end)
                place = (first, last) if group else self._within_edges(first, last)
                hits.append(Hit(*place, whole))
        return hits

    def _within_edges(self, start: int, end: int) -> Span:
        """A span without the signs at its edges, unless it is nothing else."""
        first, last = start, end
        while first < last and self.folded[first] in _EDGES:
            first += 1
        while last > first and self.folded[last - 1] in _EDGES:
            last -= 1
        return (first, last) if first < last else (start, end)

    def found(self, pattern: re2._Regexp) -> Sequence[Hit]:
        """The matches of a pattern that several rules use."""
        hits: Sequence[Hit] | None = self._memory.get(pattern)
        if hits is None:
            hits = self._memory[pattern] = self.matches(pattern)
        return hits

    def remembered(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` gives, made once for this text."""
        if key not in self._memory:
            self._memory[key] = make()
        found: _T = self._memory[key]
        return found


class RuleMatcher:
    """Matches all triggers at once. Patterns must be free of problems (see `pattern_problem`)."""

    def __init__(self, triggers: Iterable[Trigger], also: Iterable[re2._Regexp] = ()) -> None:
        """`also` are patterns that others will look for in the texts that this one has seen."""
        self._triggers = tuple(triggers)
        self._rules_of: dict[re2._Regexp, list[int]] = defaultdict(list)
        for rule, trigger in enumerate(self._triggers):
            for pattern in map(compile_pattern, trigger.patterns):
                self._rules_of[pattern].append(rule)
        self._allowed = [_allowed(trigger) for trigger in self._triggers]
        self._excepting = Prefilter(pattern for every in self._allowed for pattern in every)
        owners: dict[str, list[int]] = defaultdict(list)
        for rule, trigger in enumerate(self._triggers):
            for word in filter(None, trigger.words):
                owners[fold(word)].append(rule)
        self._owners = tuple(owners.values())
        self._automaton = AhoCorasick(list(owners), matchkind=MatchKind.Standard)
        patterns = (*self._rules_of, *also)
        self._prefilter = Prefilter(patterns) if len(patterns) > _FEW else None

    def find(self, encoded: Encoded, wanted: Container[int] | None = None) -> dict[int, list[Hit]]:
        """Rule number -> its hits, less the allowed ones. Hits may overlap, in no order.

        `wanted` are the rules that matter; None: all.
        """
        tried = encoded.narrow(self._prefilter) if self._prefilter else self._rules_of.keys()
        hits: dict[int, list[Hit]] = defaultdict(list)
        found = self._automaton.find_matches_as_indexes(encoded.folded, overlapping=True)
        for index, start, end in found:
            for rule in self._owners[index]:
                if wanted is None or rule in wanted:
                    hits[rule].append(Hit(start, end, (start, end)))
        for pattern in tried & self._rules_of.keys():
            if not encoded.may_match(pattern):
                continue
            for rule in self._rules_of[pattern]:
                if wanted is None or rule in wanted:
                    hits[rule].extend(encoded.found(pattern))
        kept = {}
        for rule in sorted(rule for rule in hits if hits[rule]):
            left = self.without_allowed(rule, hits[rule], encoded)
            if left:
                kept[rule] = left
        return kept

    def without_allowed(self, rule: int, hits: list[Hit], encoded: Encoded) -> list[Hit]:
        """The hits that lie inside none of the rule's exceptions."""
        if not hits or not self._allowed[rule]:
            return hits
        possible = encoded.remembered(
            self._excepting, lambda: self._excepting.possible(encoded.data)
        )
        tried = (pattern for pattern in self._allowed[rule] if pattern in possible)
        return outside(hits, [hit.whole for pattern in tried for hit in encoded.found(pattern)])


def _allowed(trigger: Trigger) -> list[re2._Regexp]:
    """The exceptions of a rule: its words as one pattern, which takes the longest, and the others.

    Not all as one: of many patterns with gaps RE2 would have to follow too many states at once.
    """
    # Words are folded before they are escaped: folding a pattern would leave ASCII signs alone.
    words = "|".join(re2.escape(fold(word)) for word in filter(None, trigger.exceptions))
    patterns = [words, *trigger.exception_patterns] if words else trigger.exception_patterns
    return [compile_pattern(pattern, longest=True) for pattern in patterns]


def outside(hits: list[Hit], allowed: list[Span]) -> list[Hit]:
    """The hits that lie inside no allowed span.

    Only the furthest end of all spans that start at or before a hit matters.
    """
    if not allowed:
        return hits
    allowed = sorted(allowed)
    starts = [start for start, _ in allowed]
    furthest = list(accumulate((end for _, end in allowed), max))
    kept = []
    for hit in hits:
        before = bisect_right(starts, hit.start) - 1
        if before < 0 or furthest[before] < hit.end:
            kept.append(hit)
    return kept


def joined(hits: Iterable[Hit]) -> list[Hit]:
    """Hits in order; overlapping ones become one that covers them."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if kept and hit.start < kept[-1].end:
            start, end = kept[-1].start, max(kept[-1].end, hit.end)
            kept[-1] = Hit(start, end, (start, end))
        else:
            kept.append(hit)
    return kept
