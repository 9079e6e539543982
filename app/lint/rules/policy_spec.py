"""An example of a policy whose verdict is not the one that it states."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "policy.spec"
SEVERITY: Severity = "error"
TITLE = "规范的例句不符"
WHY = "例句是给规范的考题：该报的报不出来，违规的话就会发出去；不该报的报了，客服就没法用。"
HINT = "请修改 words、patterns、exceptions，或改正例句。"


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports what the engine finds."""
    yield from context.policy_problems
