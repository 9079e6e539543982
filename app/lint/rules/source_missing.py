"""An item that does not say where it comes from, in a book whose items do."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import Entry, FileFinding, Phrasebook, Policy, Rewrite, Severity
from app.lint.context import LintContext

ID = "source.missing"
SEVERITY: Severity = "warning"
TITLE = "没有写出处"
WHY = "回复的依据改了（法规、平台规则、店铺规定）时，要靠出处找到该改的话。"
HINT = "请写 source：文件名和章节，或法规、平台规则的条款。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Reports entries, policies and rewrites without source, when any entry has one.

    Imported books have none at all.
    """
    if not any(entry.source for entry in book.entries):
        return
    items: tuple[Entry | Policy | Rewrite, ...] = (*book.entries, *book.policies, *book.rewrites)
    for item in items:
        if not item.source:
            yield FileFinding(ID, SEVERITY, item.mark, f"“{item.id}”没有写出处。", HINT)
