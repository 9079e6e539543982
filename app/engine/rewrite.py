"""Habitual wording -> professional wording, as the smallest edits.

Sentence rules replace a clause; word rules replace a word in what is left. Quotations, links, codes
and template slots are never touched. Rewriting twice gives the same as rewriting once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.clauses import Clause, clauses, closest, core, short_core
from app.engine.edits import apply_edits, in_traditional, whole_change, without_overlaps
from app.engine.folding import fold, is_traditional
from app.engine.model import Edit, FileFinding, Rewrite
from app.engine.policy import in_scope
from app.engine.protected import untouchable
from app.engine.rule_matcher import Encoded, RuleMatcher, Trigger, compile_pattern, pattern_problem

# Habitual wording as short as 在 or 没有 is only curt when it is the whole message.
_WHOLE_MESSAGE = 3
_ADDRESS = re.compile("亲爱的|亲亲|亲|客官")
_STOPS = frozenset("。！？!?")
_SWALLOWED = frozenset("。！？!?，,")
# The part of a professional wording that goes when nothing is left to put into {rest}.
_REST = re.compile(r"[，：,:；;][^，：,:；;。！？]*\{rest\}")
_MAX_PASSES = 4


@dataclass(frozen=True, slots=True)
class RewriteResult:
    """`edits` are sorted, do not overlap and hold offsets into the draft."""

    rewritten: str
    changed: bool
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A draft on its way. `taken` marks each code point that must not be edited any more."""

    text: str
    encoded: Encoded
    taken: bytearray
    platform: str | None
    stage: str | None

    def free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def take(self, start: int, end: int) -> None:
        self.taken[start:end] = b"\1" * (end - start)

    def allows(self, rule: Rewrite) -> bool:
        return in_scope(rule.platforms, rule.stages, self.platform, self.stage)

    def edit(self, start: int, end: int, replacement: str, rule: Rewrite) -> Edit:
        text = self.text[start:end]
        return Edit(start, end, text, replacement, rule.id, rule.reason, rule.source)


class Rewriter:
    """Compiled rewrites. Holds no state between drafts; safe to share between threads."""

    def __init__(self, rewrites: Iterable[Rewrite]) -> None:
        """Compiles once. Patterns with a problem are left out: `spec_problems` reports them."""
        rules = tuple(rewrites)
        self._sentences = tuple(rule for rule in rules if rule.kind == "sentence")
        patterns = [
            (compile_pattern(f"^(?:{pattern})$"), number)
            for number, rule in enumerate(self._sentences)
            for pattern in _sound(rule.patterns)
        ]
        # What names the whole clause goes before what takes any rest.
        self._patterns = sorted(patterns, key=lambda item: "rest" in item[0].groupindex)
        habitual = [
            (fold(text), number)
            for number, rule in enumerate(self._sentences)
            for text in rule.habitual
        ]
        long = [(core(text), n) for text, n in habitual if len(core(text)) > _WHOLE_MESSAGE]
        self._habitual = tuple(text for text, _ in long)
        self._rule_of = tuple(number for _, number in long)
        self._short = {short_core(text): n for text, n in habitual if len(text) <= _WHOLE_MESSAGE}
        self._exceptions = RuleMatcher(
            Trigger(words=rule.exceptions, patterns=_sound(rule.exception_patterns))
            for rule in self._sentences
        )
        # Wording that is professional already stays, also where it resembles habitual wording.
        self._professional = RuleMatcher(
            Trigger(words=tuple(part for part in rule.professional.split("{rest}") if part))
            for rule in self._sentences
        )
        self._words = tuple(rule for rule in rules if rule.kind == "word")
        self._matcher = RuleMatcher(_trigger(rule) for rule in self._words)
        self._replacements = tuple(_replacements(rule) for rule in self._words)

    def rewrite(
        self, draft: str, *, platform: str | None = None, stage: str | None = None
    ) -> RewriteResult:
        """The draft in professional wording. Never raises on any str.

        Platform and stage matter only to rules that are restricted to some.
        """
        edits = self._edits(draft, platform, stage)
        rewritten = apply_edits(draft, edits)
        for _ in range(_MAX_PASSES if edits else 0):
            more = self._edits(rewritten, platform, stage)
            if not more:
                break
            # A replacement made new habitual wording with its neighbours: settle it in one edit.
            rewritten = apply_edits(rewritten, more)
            edits = [whole_change(draft, rewritten, edits[0])]
        if rewritten == draft:
            return RewriteResult(draft, False, ())
        return RewriteResult(rewritten, True, tuple(edits))

    def _edits(self, text: str, platform: str | None, stage: str | None) -> list[Edit]:
        draft = _Draft(text, Encoded(text), bytearray(len(text)), platform, stage)
        for start, end in untouchable(draft.encoded):
            draft.take(start, end)
        for hits in self._professional.find(draft.encoded).values():
            for hit in hits:
                draft.take(hit.start, hit.end)
        edits = self._sentence_edits(draft)
        for edit in edits:
            draft.take(edit.start, edit.end)
        edits += self._word_edits(draft)
        if edits and is_traditional(text):
            edits = [in_traditional(edit) for edit in edits]
        changing = (edit for edit in edits if edit.text != edit.replacement)
        return sorted(changing, key=lambda edit: edit.start)

    def _sentence_edits(self, draft: _Draft) -> list[Edit]:
        found: list[Edit] = []
        folded = draft.encoded.folded
        # Only a short message can be nothing but 在 or 没有.
        message = short_core(_ADDRESS.sub("", folded)) if len(folded) < 40 else ""
        for run in clauses(folded):
            if not draft.free(run.start, run.end):
                continue
            number, rest = self._sentence(draft, run)
            if number is None and run.parts == 1 and run.core == core(message):
                number = self._short.get(message)
            if number is None or not draft.allows(self._sentences[number]):
                continue
            if number in self._exceptions.find(Encoded(folded[run.start : run.end])):
                continue
            edit = self._sentence_edit(draft, run, self._sentences[number], rest)
            draft.take(edit.start, edit.end)
            found.append(edit)
        return found

    def _sentence(self, draft: _Draft, run: Clause) -> tuple[int | None, str]:
        """The rule that a run of clauses sets off, with the rest that is to be kept."""
        folded = draft.encoded.folded[run.start : run.end]
        for pattern, number in self._patterns:
            match = pattern.search(folded)
            if match is None:
                continue
            group = pattern.groupindex.get("rest")
            if group is None:
                return number, ""
            start, end = match.span(group)
            return number, draft.text[run.start + max(start, 0) : run.start + max(end, 0)]
        index = closest(run.core, self._habitual) if len(run.core) > _WHOLE_MESSAGE else None
        return (None if index is None else self._rule_of[index]), ""

    def _sentence_edit(self, draft: _Draft, run: Clause, rule: Rewrite, rest: str) -> Edit:
        replacement = rule.professional
        if "{rest}" in replacement:
            kept = Encoded(rest)
            inner = _Draft(rest, kept, bytearray(len(rest)), draft.platform, draft.stage)
            rest = apply_edits(rest, self._word_edits(inner))
            replacement = replacement if rest else _REST.sub("", replacement)
            replacement = replacement.replace("{rest}", rest)
        end = run.end
        if replacement and replacement[-1] in _STOPS:
            while (
                end < len(draft.text) and draft.text[end] in _SWALLOWED and draft.free(end, end + 1)
            ):
                end += 1
        if run.address and draft.text[run.start - 1] not in _SWALLOWED | {" "}:
            replacement = "，" + replacement
        return draft.edit(run.start, end, replacement, rule)

    def _word_edits(self, draft: _Draft) -> list[Edit]:
        edits = []
        for number, hits in self._matcher.find(draft.encoded).items():
            rule = self._words[number]
            for hit in hits:
                if draft.allows(rule) and draft.free(hit.start, hit.end):
                    word = draft.encoded.folded[hit.start : hit.end]
                    replacement = self._replacements[number].get(word, rule.professional)
                    edits.append(draft.edit(hit.start, hit.end, replacement, rule))
        return without_overlaps(edits)


def _trigger(rule: Rewrite) -> Trigger:
    return Trigger(
        words=(*rule.habitual, *(old for old, _ in rule.pairs)),
        patterns=_sound(rule.patterns),
        exceptions=rule.exceptions,
        exception_patterns=_sound(rule.exception_patterns),
    )


def _sound(patterns: Iterable[str]) -> tuple[str, ...]:
    return tuple(pattern for pattern in patterns if pattern_problem(pattern) is None)


def _replacements(rule: Rewrite) -> dict[str, str]:
    """Habitual -> professional: by `pairs`, or one by one where `professional` lists as many."""
    choices = rule.professional.split("/")
    one_by_one = zip(rule.habitual, choices, strict=False) if len(choices) > 1 else ()
    return {fold(old): new for old, new in (*one_by_one, *rule.pairs)}


def spec_problems(rewrites: Iterable[Rewrite]) -> list[FileFinding]:
    """Unsound patterns, and examples that come out otherwise than stated or are not stable.

    Examples run against all rewrites together, as drafts do.
    """
    rules = tuple(rewrites)
    rewriter = Rewriter(rules)
    found: list[FileFinding] = []
    for rule in rules:
        for pattern in (*rule.patterns, *rule.exception_patterns):
            wrong = pattern_problem(pattern)
            if wrong is not None:
                hint = "请照 RE2 写法改正；不支持前后断言和反向引用。"
                said = f"{rule.id} 的{wrong}。"
                found.append(FileFinding("rewrite.pattern", "error", rule.mark, said, hint))
        for spec in rule.specs:
            wrong = _spec_problem(rewriter, rule, spec.text, spec.to or "")
            if wrong is not None:
                hint = "请补上 habitual 或 patterns、收窄 exceptions，或改正例句。"
                said = f"{rule.id}：{wrong}"
                found.append(FileFinding("rewrite.spec", "error", spec.mark, said, hint))
    return found


def _spec_problem(rewriter: Rewriter, rule: Rewrite, text: str, wanted: str) -> str | None:
    result = rewriter.rewrite(text)
    if result.rewritten != wanted:
        return f"“{text}”应改写为“{wanted}”，实际是“{result.rewritten}”。"
    if result.changed and rule.id not in {edit.rule_id for edit in result.edits}:
        return f"“{text}”是由别的规则改写的。"
    if rewriter.rewrite(result.rewritten).changed:
        return f"“{result.rewritten}”再改写一次还会变。"
    return None
