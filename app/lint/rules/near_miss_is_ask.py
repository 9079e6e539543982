"""A near miss that is also an ask of its entry: the entry would have to match and not match."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "near_miss.is_ask"
SEVERITY: Severity = "error"
TITLE = "反例同时是问法"
WHY = "同一句话既要由这个条目回答，又不许由它回答，程序没法照办。"
HINT = "请从 asks 或 near_misses 里删去一处。"


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Compares the content characters of near misses with those of the entry's own asks."""
    for entry in book.entries:
        asks = {context.core(ask.text): ask for ask in reversed(entry.asks)}
        for near in entry.near_misses:
            core = context.core(near.text)
            if core and core in asks:
                said = f"反例“{near.text}”同时是本条目的问法（{asks[core].mark}）。"
                yield FileFinding(ID, SEVERITY, near.mark, said, HINT)
