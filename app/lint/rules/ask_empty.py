"""An ask without content characters (only marks, stickers, emoji) can match nothing."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "ask.empty"
SEVERITY: Severity = "error"
TITLE = "问法没有内容"
WHY = "匹配时看的是文字；只有标点、表情的问法和什么都匹配不上，多半是写漏了。"
HINT = "请写成客户会说的一句话，或删去这一条。"


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each ask of which normalisation leaves nothing."""
    for entry in book.entries:
        for ask in entry.asks:
            if not context.core(ask.text):
                said = f"问法“{ask.text}”去掉标点和表情后什么也不剩。"
                yield FileFinding(ID, SEVERITY, ask.mark, said, HINT)
