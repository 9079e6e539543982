"""A pattern of a rewrite that RE2 refuses, that matches nothing at all, or that has no bound."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "rewrite.pattern"
SEVERITY: Severity = "error"
TITLE = "改写的模式有误"
WHY = "模式写错了，改写就不起作用，或者改到不相干的字。"
HINT = "请照 RE2 写法改正；不支持前后断言和反向引用。"


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports what the engine finds."""
    yield from (found for found in context.rewrite_problems if found.rule_id == ID)
