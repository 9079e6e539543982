"""Rewrites of whole clauses: 你叫什么名字 -> 请问，我可以知道您的名字吗？"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import re2

from app.engine.clauses import Clause
from app.engine.edits import Draft
from app.engine.folding import fold, to_traditional
from app.engine.habitual import Habitual, Said, is_all
from app.engine.model import Edit, Rewrite
from app.engine.rule_matcher import Encoded, compile_pattern, sound
from app.engine.word_rules import WordRules

_STOPS = frozenset("。！？!?")
_SWALLOWED = frozenset("。！？!?，,")
_LAST_ADDRESS = re.compile(r"(?:亲爱的|亲亲|亲)(?=[。！!~～\s]{0,3}$)")
# Numbers, emoji and signs that are no punctuation say something of their own.
_TELLING = re.compile(r"[\d_]|[^\w\s,。!?;:~、…]")
# The part of a professional wording that goes when nothing is left to put into {rest}.
_REST = re.compile(r"[，：,:；;][^，：,:；;。！？]*\{rest\}")


class SentenceRules:
    """Compiled rules of kind `sentence`. Patterns with a problem are left out."""

    def __init__(self, rules: Sequence[Rewrite], words: WordRules) -> None:
        """`words` reword what is kept of a clause."""
        self._rules = tuple(rules)
        self._words = words
        self._habitual = Habitual(self._rules)
        self._exceptions = tuple(map(_exceptions, self._rules))

    def edits(self, draft: Draft) -> list[Edit]:
        """Edits that do not overlap, longest runs of clauses first."""
        found: list[Edit] = []
        for run, readings in self._habitual.readings(draft.encoded.folded, draft.settled):
            said = next((said for said in readings if self._applies(draft, run, said)), None)
            if said is not None:
                found.append(self._edit(draft, run, said))
                draft.take(found[-1].start, found[-1].end)
        return found

    def _applies(self, draft: Draft, run: Clause, said: Said) -> bool:
        """Whether a reading may be replaced: by its rule, and by what must stay in the draft."""
        rest = said.rest or (said.end, said.end)
        return (
            draft.allows(self._rules[said.rule])
            and (not said.brief or is_all(run, draft.encoded.folded))
            and _replaceable(draft, said.start, rest[0])
            and _replaceable(draft, rest[1], said.end)
            and not (draft.splits(said.start) or draft.splits(said.end))
            and not self._excepted(draft.encoded, run, said.rule)
        )

    def _excepted(self, encoded: Encoded, run: Clause, rule: int) -> bool:
        """Whether an exception of a rule meets a run of clauses."""
        pattern = self._exceptions[rule]
        if pattern is None:
            return False
        marks = encoded.remembered((self, rule), lambda: _marks(encoded, pattern))
        return marks.find(1, run.start, run.end) >= 0

    def _edit(self, draft: Draft, run: Clause, said: Said) -> Edit:
        rule = self._rules[said.rule]
        replacement = rule.professional
        rest = "" if said.rest is None else self._words.reworded(draft, *said.rest)
        if "{rest}" in replacement and not rest:
            replacement = _REST.sub("", replacement)
        if draft.traditional:
            replacement = to_traditional(replacement)
        end = _swallowed(draft, said.end) if replacement[-1:] in _STOPS else said.end
        if not said.joined and _touches(draft, run, said.start - 1):
            replacement = "，" + replacement
        if end < run.end and _touches(draft, run, end) and replacement[-1:] not in _STOPS:
            replacement += "，"
        return draft.edit(said.start, end, replacement.replace("{rest}", rest), rule)


def _exceptions(rule: Rewrite) -> re2._Regexp | None:
    """All exceptions of a rule in one pattern: a clause that it meets is left."""
    words = (re2.escape(fold(word)) for word in filter(None, rule.exceptions))
    patterns = (f"(?:{p})" for p in sound(rule.exception_patterns, rule.terms))
    joined = "|".join((*words, *patterns))
    return compile_pattern(joined) if joined else None


def _marks(encoded: Encoded, pattern: re2._Regexp) -> bytearray:
    """A mark at each character of a draft that a pattern matches."""
    marks = bytearray(len(encoded.folded))
    for hit in encoded.matches(pattern):
        start, end = hit.whole
        marks[start:end] = b"\1" * (end - start)
    return marks


def _replaceable(draft: Draft, start: int, end: int) -> bool:
    """Whether a span is free and holds nothing that would be lost with it."""
    return draft.free(start, end) and not _TELLING.search(draft.encoded.folded, start, end)


def _touches(draft: Draft, run: Clause, at: int) -> bool:
    """Whether the character at a place is text to which a replacement would stick."""
    text = draft.text[at : at + 1] if at >= 0 else ""
    inside = run.start <= at < run.end or (at == run.start - 1 and run.address)
    return inside and text.strip() != "" and text not in _SWALLOWED


def _swallowed(draft: Draft, end: int) -> int:
    """The end of an edit that brings its own full stop along."""
    start = end
    while end < len(draft.text) and draft.text[end] in _SWALLOWED and draft.free(end, end + 1):
        end += 1
    last = _LAST_ADDRESS.match(draft.text, end) if end > start else None
    return last.end() if last and draft.free(*last.span()) else end


def texts_kept(rules: Iterable[Rewrite]) -> list[str]:
    """Wording that is professional already and stays, also where it resembles habitual wording."""
    return [part for rule in rules for part in rule.professional.split("{rest}") if part]
