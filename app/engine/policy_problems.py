"""What is wrong with the policies of a book: unsound patterns, examples that come out otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.engine.folding import fold
from app.engine.model import Fact, FileFinding, Mark, Policy, Spec
from app.engine.policy import PolicyChecker
from app.engine.rule_matcher import pattern_problem


def pattern_problems(policies: Iterable[Policy]) -> list[FileFinding]:
    """Patterns that RE2 refuses, that match nothing at all, or that have no bound."""
    return [
        _problem(
            "policy.pattern",
            policy.marks.get(pattern, policy.mark),
            f"{policy.id} 的{problem}。",
            "请照 RE2 写法改正；不支持前后断言和反向引用。",
        )
        for policy in policies
        for pattern in policy.all_patterns()
        if (problem := pattern_problem(pattern, policy.terms)) is not None
    ]


def spec_problems(policies: Iterable[Policy]) -> list[FileFinding]:
    """Examples whose verdict is not the one that they state.

    They run for the rule alone, and know only the facts that they name themselves.
    """
    return [problem for policy in policies for problem in _spec_problems(policy)]


def _spec_problems(policy: Policy) -> Iterator[FileFinding]:
    plain = PolicyChecker((policy,))
    for spec in policy.specs:
        facts = {name: Fact(name, name, text, spec.mark) for name, text in spec.facts.items()}
        checker = PolicyChecker((policy,), facts) if facts else plain
        found = checker.check(
            spec.text,
            platform=min(policy.platforms, default=None),
            stage=min(policy.stages, default=None),
            entry_id=spec.entry,
            direction=policy.direction,
        )
        yield from _verdict(policy, spec, [f.text for f in found])


def _verdict(policy: Policy, spec: Spec, texts: list[str]) -> Iterator[FileFinding]:
    if spec.hit is None and texts:
        yield _problem(
            "policy.spec",
            spec.mark,
            f"{policy.id}：例句“{spec.text}”不该报，却报了“{texts[0]}”。",
            "请收窄 words/patterns/together，或把允许的说法写进 exceptions。",
        )
    elif spec.hit is not None and not any(fold(spec.hit) in fold(text) for text in texts):
        shown = f"只找到“{texts[0]}”" if texts else "什么也没报"
        yield _problem(
            "policy.spec",
            spec.mark,
            f"{policy.id}：例句“{spec.text}”应报“{spec.hit}”，{shown}。",
            "请补上 words、patterns 或 together，或改正 hit。",
        )


def _problem(rule_id: str, mark: Mark, message: str, hint: str) -> FileFinding:
    return FileFinding(rule_id, "error", mark, message, hint)
