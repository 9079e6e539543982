"""A fact whose validity ends before it begins: its value is never said."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "fact.dates"
SEVERITY: Severity = "warning"
TITLE = "有效期前后颠倒"
WHY = "结束的日子在开始以前，这项信息没有一天有效，回复里永远只会用 otherwise；多半是年份写错了。"
HINT = "请改正 valid_from 或 valid_until。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Reports facts with both dates in the wrong order."""
    for fact in book.facts.values():
        if fact.valid_from and fact.valid_until and fact.valid_until < fact.valid_from:
            said = f"店铺信息“{fact.id}”从 {fact.valid_from} 起有效，却到 {fact.valid_until} 为止。"
            yield FileFinding(ID, SEVERITY, fact.mark, said, HINT)
