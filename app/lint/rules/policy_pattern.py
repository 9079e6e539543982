"""A pattern of a policy that RE2 refuses, that matches nothing at all, or that has no bound."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.engine.policy_problems import pattern_problems
from app.lint.context import LintContext

ID = "policy.pattern"
SEVERITY: Severity = "error"
TITLE = "规范的模式有误"
WHY = "模式写错了，规范就查不出东西；没有限定长度的模式还会把很远的字连在一起，误报。"
HINT = "请照 RE2 写法改正；不支持前后断言和反向引用。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Reports what the engine finds."""
    yield from pattern_problems(book.policies)
