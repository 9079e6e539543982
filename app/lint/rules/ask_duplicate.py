"""One ask in two places: between two entries nobody can choose; within one it is idle."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import Ask, FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "ask.duplicate"
SEVERITY: Severity = "warning"  # the book still answers; one of the two entries wins
TITLE = "问法重复"
WHY = (
    "两个条目写了同一句问法，客户这样问时只有一个条目能答上，哪一个全凭运气；同一个条目里写两"
    "遍没有用处。"
)
HINT = "请只在最合适的条目里保留一处，其余的删去或写成反例。"

_SAME_ENTRY_HINT = "请删去其中一处。"


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Compares content characters."""
    first: dict[str, tuple[str, Ask]] = {}
    for entry in book.entries:
        for ask in entry.asks:
            core = context.core(ask.text)
            if not core:
                continue
            owner, before = first.setdefault(core, (entry.id, ask))
            if before is ask:
                continue
            if owner == entry.id:
                said = f"问法“{ask.text}”与 {before.mark} 的“{before.text}”实际相同。"
                yield FileFinding(ID, SEVERITY, ask.mark, said, _SAME_ENTRY_HINT)
            else:
                said = f"问法“{ask.text}”在“{owner}”里已有（{before.mark}“{before.text}”）。"
                yield FileFinding(ID, SEVERITY, ask.mark, said, HINT)
