"""Text -> findings: what a reply must not say, or has to say.

The rules are data (phrasebook/policies/*.yaml); this file only applies them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import cast

from app.engine.circumstances import counting
from app.engine.folding import fold, without_invisible
from app.engine.model import DIRECTIONS, PLATFORMS, Direction, Fact, Finding, Policy
from app.engine.personal_data import find as find_personal_data
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
from app.engine.terms import expand, fact_terms, unknown_fact
from app.engine.together import Combination

_NO_FACTS: Mapping[str, Fact] = {}
# What customers say is theirs in every rule: with quotation marks or with 您说.
_ALWAYS = ("reported",)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One policy, ready to be applied. Wording is folded."""

    policy: Policy
    requires: tuple[str, ...]
    combinations: tuple[tuple[Combination, tuple[str, ...]], ...]

    @property
    def unless(self) -> tuple[str, ...]:
        return (*_ALWAYS, *self.policy.unless)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and where it breaks rules, whoever sends it, wherever and about what.

    `visible` is the text without characters that do not show, `shown_at` where each of its
    characters stood (empty when nothing was left out); `broken` has the number of each rule.
    """

    text: str
    visible: str
    shown_at: Sequence[int]
    folded: str
    broken: Mapping[int, Sequence[Hit]]


class PolicyChecker:
    """Compiled policies. Holds no state between checks; safe to share between threads."""

    def __init__(self, policies: Iterable[Policy], facts: Mapping[str, Fact] = _NO_FACTS) -> None:
        """Compiles once. Patterns with a problem are left out: `pattern_problems` reports them.

        `facts` are the shop's, for the conditions of rules and for `{店铺:名称}` in patterns.
        """
        self._facts = facts
        words = fact_terms(facts)
        policies = tuple(policies)
        self._rules = tuple(_rule(policy, words) for policy in policies)
        _rarest_first(self._rules)
        self._meant = _meant_for(policies)
        joint = [p for rule in self._rules for c, _ in rule.combinations for p in c.patterns()]
        self._matcher = RuleMatcher((_trigger(policy, words) for policy in policies), joint)

    def check(
        self,
        text: str,
        *,
        platform: str | None = None,
        stage: str | None = None,
        entry_id: str | None = None,
        direction: Direction = "out",
        today: date | None = None,
    ) -> tuple[Finding, ...]:
        """Every finding, by start. Offsets are code points of `text`, end exclusive.

        Never raises on any str. A rule of a platform applies only when that platform is named; a
        rule of a stage applies also while the stage is unknown. `today` chooses the value of facts
        with validity dates; without it they count as valid. Wording of the customer that is
        quoted or told is no finding. Characters that do not show neither hide wording nor shift
        offsets.
        """
        meant = self._meant.get((platform, direction), self._meant[None, direction])
        return self.judge(
            self._read(text, meant),
            platform=platform,
            stage=stage,
            entry_id=entry_id,
            direction=direction,
            today=today,
        )

    def read(self, text: str) -> Reading:
        """What `judge` needs of a text: most of the work of a check, for all of its conditions."""
        return self._read(text, range(len(self._rules)))

    def _read(self, text: str, meant: Sequence[int]) -> Reading:
        """The same for some of the rules, by number."""
        visible, shown_at = without_invisible(text)
        encoded = Encoded(visible)
        hits = self._matcher.find(encoded, frozenset(meant))
        broken = {}
        for number in meant:
            rule = self._rules[number]
            found = hits.get(number, [])
            joins = rule.combinations or rule.policy.personal_data
            if not (found or joins):
                continue
            if found and _has(encoded.folded, rule.requires):
                found = []
            if joins:
                joint = [*_combined(rule, encoded), *_personal(rule.policy, visible, encoded)]
                found = [*found, *self._matcher.without_allowed(number, joint, encoded)]
            places = _counting(rule, found, encoded)
            if places:
                broken[number] = places
        return Reading(text, visible, shown_at, encoded.folded, broken)

    def judge(
        self,
        reading: Reading,
        *,
        platform: str | None = None,
        stage: str | None = None,
        entry_id: str | None = None,
        direction: Direction = "out",
        today: date | None = None,
    ) -> tuple[Finding, ...]:
        """The findings of `check` in a text that was read."""
        findings: list[Finding] = []
        # Without an entry nothing is required of the text as a whole.
        numbers = sorted(reading.broken) if entry_id is None else range(len(self._rules))
        for number in numbers:
            rule, places = self._rules[number], reading.broken.get(number, ())
            if not places and _wanted(rule, reading, entry_id):
                places = [Hit(0, len(reading.visible), (0, len(reading.visible)))]
            if (
                places
                and rule.policy.direction == direction
                and in_scope(rule.policy.platforms, rule.policy.stages, platform, stage)
                and self._facts_allow(rule.policy, today)
            ):
                findings.extend(_finding(rule.policy, reading, hit) for hit in places)
        return tuple(sorted(findings, key=lambda f: (f.start, f.end, f.rule_id)))

    def _facts_allow(self, policy: Policy, today: date | None) -> bool:
        """Whether the shop is one for which the rule is meant. An unknown fact has no words."""
        return all(
            self._fact_says(name, words, today) for name, words in policy.when_facts.items()
        ) and not any(
            self._fact_says(name, words, today) for name, words in policy.unless_facts.items()
        )

    def _fact_says(self, name: str, words: Iterable[str], today: date | None) -> bool:
        fact = self._facts.get(name)
        value = fact and (fact.value if today is None else fact.on(today))
        return any(fold(word) in fold(value or "") for word in words)


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


def _rule(policy: Policy, facts: Mapping[str, str]) -> _Rule:
    combinations = []
    for part in policy.together:
        patterns = (*part.all, *part.none)
        if any(pattern_problem(p, policy.terms) for p in patterns) or unknown_fact(patterns, facts):
            continue
        terms = {**policy.terms, **facts}
        combination = Combination(
            [expand(p, terms) for p in part.all], [expand(p, terms) for p in part.none], part.within
        )
        required = policy.requires if part.requires is None else part.requires
        combinations.append((combination, tuple(map(fold, required))))
    return _Rule(policy, tuple(map(fold, policy.requires)), tuple(combinations))


def _meant_for(
    policies: Sequence[Policy],
) -> Mapping[tuple[str | None, Direction], Sequence[int]]:
    """The numbers of the rules that may apply on a platform (None: any other) in a direction."""
    return {
        (platform, cast(Direction, direction)): tuple(
            number
            for number, policy in enumerate(policies)
            if policy.direction == direction
            and in_scope(policy.platforms, frozenset(), platform, None)
        )
        for platform in (None, *PLATFORMS)
        for direction in DIRECTIONS
    }


def _rarest_first(rules: Sequence[_Rule]) -> None:
    """Lets combinations look first for the part that they are least likely to find.

    How likely, the examples of the rules tell: they are written as agents write.
    """
    examples = Encoded("\n".join(spec.text for rule in rules for spec in rule.policy.specs))
    for rule in rules:
        for combination, _ in rule.combinations:
            combination.look_first_for(lambda part: len(examples.found(part)))


def _trigger(policy: Policy, facts: Mapping[str, str]) -> Trigger:
    terms = {**policy.terms, **facts}

    def sound(patterns: Iterable[str]) -> tuple[str, ...]:
        known = (p for p in patterns if not unknown_fact([p], facts))
        return tuple(expand(p, terms) for p in known if not pattern_problem(p, policy.terms))

    return Trigger(
        words=policy.words,
        patterns=sound(policy.patterns),
        exceptions=policy.exceptions,
        exception_patterns=sound(policy.exception_patterns),
    )


def _combined(rule: _Rule, encoded: Encoded) -> list[Hit]:
    """Where combinations of the rule stand that lack what they require."""
    places: list[Hit] = []
    for combination, requires in rule.combinations:
        found = combination.find(encoded)
        if found and not _has(encoded.folded, requires):
            places += found
    return places


def _personal(policy: Policy, text: str, encoded: Encoded) -> list[Hit]:
    """Where a text holds personal data of the kinds that the rule is about."""
    if not policy.personal_data:
        return []
    places = encoded.remembered("personal data", lambda: find_personal_data(text))
    return [
        Hit(place.start, place.end, (place.start, place.end))
        for place in places
        if place.kind in policy.personal_data
    ]


def _counting(rule: _Rule, places: list[Hit], encoded: Encoded) -> list[Hit]:
    """The places, joined where they overlap, that neither quote the customer nor are excused."""
    if not places:
        return places
    quotes = encoded.remembered("quotes", lambda: customer_quotes(encoded))
    return joined(counting(encoded, outside(places, quotes), rule.unless))


def _has(folded: str, required: Sequence[str]) -> bool:
    return any(word in folded for word in required)


def _wanted(rule: _Rule, reading: Reading, entry_id: str | None) -> bool:
    """Whether the entry's reply needs one of `requires` and has none."""
    return (
        entry_id is not None
        and bool(rule.requires and reading.visible)
        and any(fnmatchcase(entry_id, glob) for glob in rule.policy.entries)
        and not _has(reading.folded, rule.requires)
    )


def _finding(policy: Policy, reading: Reading, hit: Hit) -> Finding:
    start, end = hit.start, hit.end
    if reading.shown_at:
        start, end = reading.shown_at[start], reading.shown_at[end - 1] + 1
    return Finding(
        rule_id=policy.id,
        severity=policy.severity,
        start=start,
        end=end,
        text=reading.text[start:end],
        message=policy.message,
        replacements=policy.replacements,
        source=policy.source,
        link=policy.link,
    )
