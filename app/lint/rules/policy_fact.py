"""A fact that a policy asks for and that the shop has not told."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Policy, Severity
from app.engine.terms import FACT, references
from app.lint.context import LintContext
from app.lint.named import did_you_mean

ID = "policy.fact"
SEVERITY: Severity = "warning"
TITLE = "规范用到的店铺信息没有定义"
WHY = "这个条件要看店铺信息才知道成不成立；没有定义就一直按“不知道”处理，规范等于少了一半。"
HINT = "请在 facts: 里写上，或改正名称。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Warns: without the fact the condition counts as not known, and the rule still loads."""
    for policy in book.policies:
        for name in facts_of(policy):
            if name not in book.facts:
                said = f"“{policy.id}”用到的店铺信息“{name}”没有定义，这个条件按“不知道”处理。"
                yield FileFinding(
                    ID, SEVERITY, policy.mark, said, did_you_mean(name, book.facts, HINT)
                )


def facts_of(policy: Policy) -> tuple[str, ...]:
    """The names of the facts that a policy's conditions and patterns ask for, each once."""
    inside = (
        name.removeprefix(FACT)
        for pattern in policy.all_patterns()
        for name in references(pattern)
        if name.startswith(FACT)
    )
    return tuple(dict.fromkeys((*policy.when_facts, *policy.unless_facts, *inside)))
