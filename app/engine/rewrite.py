"""Habitual wording -> professional wording, as the smallest edits.

Sentence rules replace a clause; word rules replace a word in what is left. Quotations, links, codes
and template slots are never touched. Rewriting twice gives the same as rewriting once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.edits import Draft, apply_edits, composed
from app.engine.folding import is_traditional
from app.engine.model import Edit, FileFinding, Rewrite
from app.engine.protected import untouchable
from app.engine.rule_matcher import Encoded, RuleMatcher, Trigger, pattern_problem
from app.engine.sentence_rules import SentenceRules, texts_kept
from app.engine.word_rules import WordRules, patterns_of

_MAX_PASSES = 4


@dataclass(frozen=True, slots=True)
class RewriteResult:
    """`edits` are sorted, do not overlap and hold offsets into the draft."""

    rewritten: str
    changed: bool
    edits: tuple[Edit, ...]


class Rewriter:
    """Compiled rewrites. Holds no state between drafts; safe to share between threads."""

    def __init__(self, rewrites: Iterable[Rewrite]) -> None:
        """Compiles once. Patterns with a problem are left out: `spec_problems` reports them."""
        rules = tuple(rewrites)
        sentences = [rule for rule in rules if rule.kind == "sentence"]
        self._words = WordRules([rule for rule in rules if rule.kind == "word"])
        self._sentences = SentenceRules(sentences, self._words)
        self._kept = RuleMatcher([Trigger(words=tuple(texts_kept(sentences)))])

    def rewrite(
        self, draft: str, *, platform: str | None = None, stage: str | None = None
    ) -> RewriteResult:
        """The draft in professional wording. Never raises on any str.

        Platform and stage matter only to rules that are restricted to some.
        """
        settled: set[str] = set()
        edits = more = self._edits(draft, platform, stage, settled)
        rewritten = apply_edits(draft, edits)
        for _ in range(_MAX_PASSES):
            if not more:
                break
            # A replacement may make new habitual wording with its neighbours.
            more = self._edits(rewritten, platform, stage, settled)
            edits = composed(draft, edits, more) if more else edits
            rewritten = apply_edits(draft, edits)
        return RewriteResult(rewritten, rewritten != draft, tuple(edits))

    def _edits(
        self, text: str, platform: str | None, stage: str | None, settled: set[str]
    ) -> list[Edit]:
        encoded, taken = Encoded(text), bytearray(len(text))
        draft = Draft(text, encoded, taken, is_traditional(text), settled, platform, stage)
        for start, end in untouchable(encoded):
            draft.take(start, end)
        for hits in self._kept.find(encoded).values():
            for hit in hits:
                draft.take(hit.start, hit.end)
        edits = [*self._sentences.edits(draft), *self._words.edits(draft)]
        changing = (edit for edit in edits if edit.text != edit.replacement)
        return sorted(changing, key=lambda edit: edit.start)


def spec_problems(
    rewrites: Iterable[Rewrite], rewriter: Rewriter | None = None
) -> list[FileFinding]:
    """Unsound patterns, and examples that come out otherwise than stated or are not stable.

    Examples run against all rewrites together, as drafts do: by `rewriter`, which holds them.
    """
    rules = tuple(rewrites)
    rewriter = rewriter or Rewriter(rules)
    found: list[FileFinding] = []
    for rule in rules:
        for pattern in patterns_of(rule):
            wrong = pattern_problem(pattern, rule.terms)
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
