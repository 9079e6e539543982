"""Rewrites of single words: 你 -> 您, 我们肯定今天发 -> 我们尽量今天发.

What a rule puts in place of a word:

    pairs      a wording and its own replacement; a key with a group (?P<word>…) is a pattern, and
               only the group is replaced
    patterns   places of a habitual word, again the group `word`
    habitual   everywhere, in a rule that has no patterns

Of replacements that overlap the one that begins first is made. Where several begin together, a
pattern among the pairs goes first, in their order, then patterns, then plain pairs, the longest
first, then habitual words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.engine.edits import Draft, apply_edits, without_overlaps
from app.engine.folding import fold, to_traditional
from app.engine.model import Edit, Rewrite
from app.engine.prefilter import Prefilter
from app.engine.rule_matcher import RuleMatcher, Trigger, compile_pattern, sound

WORD = "(?P<word>"


class WordRules:
    """Compiled rules of kind `word`. Patterns with a problem are left out."""

    def __init__(self, rules: Sequence[Rewrite]) -> None:
        parts = [(rule, *part) for rule in rules for part in _parts(rule)]
        self._rules = tuple(rule for rule, _, _ in parts)
        self._replacements = tuple(replacements for _, replacements, _ in parts)
        self._matcher = RuleMatcher(trigger for _, _, trigger in parts)
        patterns = (pattern for _, _, trigger in parts for pattern in trigger.patterns)
        self._prefilter = Prefilter(map(compile_pattern, patterns))

    def edits(self, draft: Draft) -> list[Edit]:
        """Edits in order that do not overlap."""
        found: list[tuple[int, Edit]] = []
        draft.encoded.narrow(self._prefilter)
        for number, hits in self._matcher.find(draft.encoded).items():
            rule, replacements = self._rules[number], self._replacements[number]
            if not draft.allows(rule):
                continue
            for hit in hits:
                if draft.free(hit.start, hit.end):
                    word = draft.encoded.folded[hit.start : hit.end]
                    new = replacements.get(word, replacements.get("", rule.professional))
                    new = to_traditional(new) if draft.traditional else new
                    found.append((number, draft.edit(hit.start, hit.end, new, rule)))
        found.sort(key=lambda item: (item[1].start, item[0], -item[1].end))
        return without_overlaps(edit for _, edit in found)

    def reworded(self, draft: Draft, start: int, end: int) -> str:
        """A part of a draft with its words replaced, as if it stood alone."""
        part = draft.part(start, end)
        return apply_edits(part.text, self.edits(part))


def patterns_of(rule: Rewrite) -> tuple[str, ...]:
    """All patterns of a rule, those among `pairs` included."""
    pairs = (old for old, _ in rule.pairs if WORD in old)
    return (*rule.patterns, *rule.exception_patterns, *pairs)


def _parts(rule: Rewrite) -> Iterator[tuple[dict[str, str], Trigger]]:
    """What triggers a rule, in order, each part with folded word -> replacement ("": any)."""
    bare = Trigger(
        exceptions=rule.exceptions, exception_patterns=sound(rule.exception_patterns, rule.terms)
    )
    for old, new in rule.pairs:
        if WORD in old and (patterns := sound([old], rule.terms)):
            yield {"": new}, replace(bare, patterns=patterns)
    words = _one_by_one(rule)
    if rule.patterns:
        yield words, replace(bare, patterns=sound(rule.patterns, rule.terms))
    pairs = {fold(old): new for old, new in rule.pairs if WORD not in old}
    if pairs:
        yield pairs, replace(bare, words=tuple(pairs))
    if words and not rule.patterns:
        yield words, replace(bare, words=tuple(words))


def _one_by_one(rule: Rewrite) -> dict[str, str]:
    """Habitual -> professional, each its own where `professional` lists as many with slashes."""
    choices = rule.professional.split("/")
    if len(choices) != len(rule.habitual):
        choices = [rule.professional] * len(rule.habitual)
    return {fold(old): new for old, new in zip(rule.habitual, choices, strict=True)}
