"""Finds the words and patterns of many rules in a text, less the allowed phrases round them.

Words run in one Aho-Corasick automaton, patterns in RE2: both are linear in the text, so no input
can make a check slow. A pattern may use two shorthands that trainers can read:

    {数}    a number: 15, 十五, 两, and masks such as [数字x] or XX
    {…}    up to eight characters of the same clause
    {rest} the rest of the clause, kept as the group `rest` (rewrites only)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import re2
from ahocorasick_rs import AhoCorasick, MatchKind

from app.engine.folding import fold, fold_pattern
from app.engine.model import Span

_NUMBER = r"(?:[0-9][0-9.,]*|[零一二三四五六七八九十百千万两几半]+|\[[^\[\]]{1,8}\]|[x*]{1,4})"
_SHORTHANDS = {
    "{数}": _NUMBER,
    "{…}": r"[^,。!?;~\n]{0,8}",
    "{rest}": r"(?P<rest>[^,。!?;:~、…\s]{0,200})",
}
# `*`, `+` or `{n,}` outside a character class: unbounded, so not linear over many matches.
_UNBOUNDED = re.compile(r"(?<!\\)(?:[*+]|\{\d+,\})")
_CLASS = re.compile(r"\[(?:\\.|[^\]\\])*\]")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets a rule off, and the longer phrases in which it does not count."""

    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    exception_patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a text. `start` and `end` are those of the group `word` where there is one."""

    start: int
    end: int
    whole: Span


def compile_pattern(pattern: str) -> re2._Regexp:
    """Compiles one pattern with shorthands, for folded text. Raises re2.error when unsupported."""
    for shorthand, meaning in _SHORTHANDS.items():
        pattern = pattern.replace(shorthand, meaning)
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(fold_pattern(pattern), options)


def pattern_problem(pattern: str) -> str | None:
    """What is wrong with a pattern, in Chinese, or None."""
    try:
        compiled = compile_pattern(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        detail = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        return f"模式“{pattern}”写法不受支持（{detail}）"
    if compiled.search("") is not None:
        return f"模式“{pattern}”会匹配空白，等于处处都算"
    if _UNBOUNDED.search(_CLASS.sub("字", pattern)):
        return f"模式“{pattern}”没有限定长度，请用 {{0,10}} 代替 * 和 +"
    return None


class Encoded:
    """A folded text with its UTF-8 form, made once for all patterns."""

    def __init__(self, text: str) -> None:
        self.folded = fold(text)
        self.data = self.folded.encode("utf-8")
        self._starts: list[int] | None = None

    def point(self, byte_offset: int) -> int:
        """The code point at a byte offset."""
        if len(self.data) == len(self.folded):
            return byte_offset
        if self._starts is None:
            widths = (len(character.encode("utf-8")) for character in self.folded)
            self._starts = list(accumulate(widths, initial=0))
        return bisect_right(self._starts, byte_offset) - 1

    def matches(self, pattern: re2._Regexp) -> Iterator[Hit]:
        """Every non-overlapping match; empty ones are skipped."""
        group = pattern.groupindex.get("word", 0)
        for match in pattern.finditer(self.data):
            start, end = match.span(group)
            if end > start >= 0:
                whole = (self.point(match.start()), self.point(match.end()))
                yield Hit(self.point(start), self.point(end), whole)


class RuleMatcher:
    """Matches all triggers at once. Patterns must be free of problems (see `pattern_problem`)."""

    def __init__(self, triggers: Iterable[Trigger]) -> None:
        self._triggers = tuple(triggers)
        self._patterns = [_compiled(t.patterns) for t in self._triggers]
        self._allowed = [_compiled(t.exception_patterns) for t in self._triggers]
        owners: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        for rule, trigger in enumerate(self._triggers):
            for word in filter(None, trigger.words):
                owners[fold(word)].append((rule, False))
            for word in filter(None, trigger.exceptions):
                owners[fold(word)].append((rule, True))
        self._owners = tuple(owners.values())
        self._automaton = AhoCorasick(list(owners), matchkind=MatchKind.Standard)

    def find(self, encoded: Encoded) -> dict[int, list[Hit]]:
        """Rule number -> its hits, less the allowed ones. Hits may overlap, in no order."""
        hits: dict[int, list[Hit]] = defaultdict(list)
        allowed: dict[int, list[Span]] = defaultdict(list)
        found = self._automaton.find_matches_as_indexes(encoded.folded, overlapping=True)
        for index, start, end in found:
            for rule, is_exception in self._owners[index]:
                if is_exception:
                    allowed[rule].append((start, end))
                else:
                    hits[rule].append(Hit(start, end, (start, end)))
        for rule, patterns in enumerate(self._patterns):
            for pattern in patterns:
                hits[rule].extend(encoded.matches(pattern))
        kept = {}
        for rule in sorted(rule for rule in hits if hits[rule]):
            spans = allowed[rule]
            for pattern in self._allowed[rule]:
                spans.extend(hit.whole for hit in encoded.matches(pattern))
            left = outside(hits[rule], spans)
            if left:
                kept[rule] = left
        return kept


def _compiled(patterns: Sequence[str]) -> list[re2._Regexp]:
    """Patterns without groups of their own run as one alternation: one pass instead of many."""
    named = [pattern for pattern in patterns if _has_group(pattern)]
    plain = [f"(?:{pattern})" for pattern in patterns if not _has_group(pattern)]
    joined = ["|".join(plain)] if plain else []
    return [compile_pattern(pattern) for pattern in (*joined, *named)]


def _has_group(pattern: str) -> bool:
    return "(?P<" in pattern or "{rest}" in pattern


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
