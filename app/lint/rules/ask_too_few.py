"""An entry with few asks is found seldom, and a book that has enough elsewhere can tell."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "ask.too_few"
SEVERITY: Severity = "suggestion"
TITLE = "问法太少"
WHY = "程序从问法里学习客户怎么说。别的条目有十几条，它只有几条，客户换个说法就找不到它。"
HINT = "请从聊天记录里补充客户的真实说法：口语、错别字、繁体各来几条。"
MINIMUM = 12

# What nobody could answer: it is chosen by the lack of a match, not by its asks.
_FALLBACK = "help.unknown"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Reports entries under the minimum, unless all are: such a book is young, or imported."""
    entries = [entry for entry in book.entries if entry.id != _FALLBACK]
    few = [entry for entry in entries if len(entry.asks) < MINIMUM]
    if len(few) == len(entries):
        return
    for entry in few:
        said = f"“{entry.id}”只有 {len(entry.asks)} 条问法，建议至少 {MINIMUM} 条。"
        yield FileFinding(ID, SEVERITY, entry.mark, said, HINT)
