"""An example of a rewrite that comes out otherwise than stated, or is not stable."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "rewrite.spec"
SEVERITY: Severity = "error"
TITLE = "改写的例句不符"
WHY = "例句是给改写的考题：改出来的不是写明的样子，客服看到的建议就是错的。"
HINT = "请补上 habitual 或 patterns、收窄 exceptions，或改正例句。"


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports what the engine finds."""
    yield from (found for found in context.rewrite_problems if found.rule_id == ID)
