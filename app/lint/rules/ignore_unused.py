"""A comment that lets a finding stand where there is none: it would hide the next one."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "ignore.unused"
SEVERITY: Severity = "warning"
TITLE = "忽略的注释已经没有用"
WHY = "问题改好以后注释还留着，下次真出问题时就会被它挡住，看不见。"
HINT = "请从注释里删去这条规则的编号；编号都删了，就删去整条注释。"


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each rule that a comment names without need; only of the rules that have run."""
    for ignore in context.ignores:
        if not ignore.reason:
            continue
        for name in ignore.rules:
            used = any(f.rule_id == name and ignore.covers(f) for f in context.found)
            if name in context.ran and not used:
                said = f"这里没有“{name}”的问题，不用忽略。"
                yield FileFinding(ID, SEVERITY, ignore.mark, said, HINT, name)
