"""A policy, rewrite or guard without examples: nobody would notice when it stops working."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Guard, Mark, Phrasebook, Policy, Rewrite, Severity
from app.lint.context import LintContext

ID = "rule.untested"
SEVERITY: Severity = "warning"
TITLE = "规则没有例句"
WHY = (
    "例句每次检查都会试一遍。没有“该管的”例句，规则失灵了没人知道；"
    "没有“不该管的”例句，误报多了也没人知道。"
)
HINT = "请补上例句：该管的和不该管的各至少一句。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Reports rules without an example that they must act on, or without one that they must not."""
    for item_id, mark, acts, rests in _counts(book):
        missing = [name for name, count in (("该管的", acts), ("不该管的", rests)) if not count]
        if missing:
            said = f"“{item_id}”没有{'和'.join(missing)}例句。"
            yield FileFinding(ID, SEVERITY, mark, said, HINT)


def _counts(book: Phrasebook) -> Iterator[tuple[str, Mark, int, int]]:
    """(id, place, examples that it acts on, examples that it leaves alone) of each rule."""
    for policy in book.policies:
        yield _policy(policy)
    for rewrite in book.rewrites:
        yield _rewrite(rewrite)
    for guard in book.guards:
        yield _guard(guard)


def _policy(policy: Policy) -> tuple[str, Mark, int, int]:
    acts = sum(spec.hit is not None for spec in policy.specs)
    return policy.id, policy.mark, acts, len(policy.specs) - acts


def _rewrite(rewrite: Rewrite) -> tuple[str, Mark, int, int]:
    acts = sum(spec.to != spec.text for spec in rewrite.specs)
    return rewrite.id, rewrite.mark, acts, len(rewrite.specs) - acts


def _guard(guard: Guard) -> tuple[str, Mark, int, int]:
    acts = sum(example.conflict for example in guard.examples)
    return guard.id, guard.mark, acts, len(guard.examples) - acts
