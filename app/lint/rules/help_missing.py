"""A book without `help.unknown` has nothing to say while nobody knows the answer."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Mark, Phrasebook, Severity
from app.lint.context import LintContext

ID = "help.missing"
SEVERITY: Severity = "suggestion"
TITLE = "没有 help.unknown"
WHY = "没有把握的消息也要先回一句；没有这个条目，客服就没有可发的话。"
HINT = "请加一个编号为 help.unknown 的条目，写明先怎样安抚、多久答复。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Reports its absence at the book's folder; a book without entries is reported elsewhere."""
    if book.entries and book.entry("help.unknown") is None:
        said = "没有 help.unknown 条目：答不上来时没有话可发。"
        yield FileFinding(ID, SEVERITY, Mark(".", 1, 1), said, HINT)
