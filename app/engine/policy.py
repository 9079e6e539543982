"""Outgoing text -> findings: what a reply must not say, or has to say.

The rules are data (phrasebook/policies/*.yaml); this file only applies them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from app.engine.folding import fold, without_invisible
from app.engine.model import FileFinding, Finding, Mark, Policy
from app.engine.protected import customer_quotes
from app.engine.rule_matcher import (
    Encoded,
    Hit,
    RuleMatcher,
    Trigger,
    joined,
    outside,
    pattern_problem,
)


class PolicyChecker:
    """Compiled policies. Holds no state between checks; safe to share between threads."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        """Compiles once. Patterns with a problem are left out: `pattern_problems` reports them."""
        self._policies = tuple(policies)
        self._matcher = RuleMatcher(_trigger(policy) for policy in self._policies)
        self._required = tuple(tuple(map(fold, p.requires)) for p in self._policies)

    def check(
        self,
        text: str,
        *,
        platform: str | None = None,
        stage: str | None = None,
        entry_id: str | None = None,
    ) -> tuple[Finding, ...]:
        """Every finding, by start. Offsets are code points of `text`, end exclusive.

        Never raises on any str. A rule of a platform applies only when that platform is named; a
        rule of a stage applies also while the stage is unknown. Wording inside a quotation of the
        customer is no finding. Characters that do not show neither hide wording nor shift offsets.
        """
        visible, places = without_invisible(text)
        if len(visible) == len(text):
            return self._check(text, platform, stage, entry_id)
        found = self._check(visible, platform, stage, entry_id)
        return tuple(_placed(f, text, places) for f in found)

    def _check(
        self, text: str, platform: str | None, stage: str | None, entry_id: str | None
    ) -> tuple[Finding, ...]:
        encoded = Encoded(text)
        hits = self._matcher.find(encoded)
        quotes = customer_quotes(encoded) if hits else []
        findings: list[Finding] = []
        for rule, policy in enumerate(self._policies):
            if not in_scope(policy.platforms, policy.stages, platform, stage):
                continue
            places = joined(outside(hits.get(rule, []), quotes))
            if policy.requires:
                if any(word in encoded.folded for word in self._required[rule]):
                    continue
                if not places and _wanted(policy, entry_id) and text:
                    places = [Hit(0, len(text), (0, len(text)))]
            findings.extend(_finding(policy, text, hit) for hit in places)
        return tuple(sorted(findings, key=lambda f: (f.start, f.end, f.rule_id)))


def in_scope(
    platforms: frozenset[str], stages: frozenset[str], platform: str | None, stage: str | None
) -> bool:
    """Whether a rule restricted to platforms and stages (empty: to none) applies.

    The shop knows its platform, so an unnamed one matches no restriction; the stage is a guess
    about the conversation, so an unknown one matches every restriction.
    """
    return (not platforms or platform in platforms) and (
        not stages or stage is None or stage in stages
    )


def _trigger(policy: Policy) -> Trigger:
    return Trigger(
        words=policy.words,
        patterns=tuple(p for p in policy.patterns if pattern_problem(p) is None),
        exceptions=policy.exceptions,
        exception_patterns=tuple(
            p for p in policy.exception_patterns if pattern_problem(p) is None
        ),
    )


def _placed(finding: Finding, text: str, places: Sequence[int]) -> Finding:
    """A finding in the visible text moved to the whole text."""
    if finding.start == finding.end:
        return finding
    start, end = places[finding.start], places[finding.end - 1] + 1
    return replace(finding, start=start, end=end, text=text[start:end])


def _wanted(policy: Policy, entry_id: str | None) -> bool:
    """Whether the entry's reply needs one of `requires` whatever its words."""
    return entry_id is not None and any(fnmatchcase(entry_id, glob) for glob in policy.entries)


def _finding(policy: Policy, text: str, hit: Hit) -> Finding:
    return Finding(
        rule_id=policy.id,
        severity=policy.severity,
        start=hit.start,
        end=hit.end,
        text=text[hit.start : hit.end],
        message=policy.message,
        replacements=policy.replacements,
        source=policy.source,
        link=policy.link,
    )


def pattern_problems(policies: Iterable[Policy]) -> list[FileFinding]:
    """Patterns that RE2 refuses, that match nothing at all, or that have no bound."""
    found = []
    for policy in policies:
        for pattern in (*policy.patterns, *policy.exception_patterns):
            problem = pattern_problem(pattern)
            if problem is not None:
                found.append(
                    _problem(
                        "policy.pattern",
                        policy.mark,
                        f"{policy.id} 的{problem}。",
                        "请照 RE2 写法改正；不支持前后断言和反向引用。",
                    )
                )
    return found


def spec_problems(policies: Iterable[Policy]) -> list[FileFinding]:
    """Examples whose verdict is not the one that they state."""
    found = []
    for policy in policies:
        checker = PolicyChecker((policy,))
        platform = min(policy.platforms, default=None)
        for spec in policy.specs:
            texts = [f.text for f in checker.check(spec.text, platform=platform)]
            if spec.hit is None and texts:
                found.append(
                    _problem(
                        "policy.spec",
                        spec.mark,
                        f"{policy.id}：例句“{spec.text}”不该报，却报了“{texts[0]}”。",
                        "请收窄 words/patterns，或把允许的说法写进 exceptions。",
                    )
                )
            elif spec.hit is not None and not any(spec.hit in text for text in texts):
                shown = f"只找到“{texts[0]}”" if texts else "什么也没报"
                found.append(
                    _problem(
                        "policy.spec",
                        spec.mark,
                        f"{policy.id}：例句“{spec.text}”应报“{spec.hit}”，{shown}。",
                        "请补上 words 或 patterns，或改正 hit。",
                    )
                )
    return found


def _problem(rule_id: str, mark: Mark, message: str, hint: str) -> FileFinding:
    return FileFinding(rule_id, "error", mark, message, hint)
