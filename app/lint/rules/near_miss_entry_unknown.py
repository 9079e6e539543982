"""A near miss that says it belongs to an entry which does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext
from app.lint.named import did_you_mean

ID = "near_miss.entry_unknown"
SEVERITY: Severity = "error"
TITLE = "反例指向不存在的条目"
WHY = "反例写明属于哪个条目，程序就当作那个条目的问法来学；条目不存在，就学不到。"
HINT = "请改成已有的条目编号；不属于任何条目的写 entry: none。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Reports each near miss whose `entry` is no entry of the book."""
    known = {entry.id for entry in book.entries}
    for entry in book.entries:
        for near in entry.near_misses:
            if near.entry is not None and near.entry not in known:
                said = f"反例“{near.text}”指向的条目“{near.entry}”不存在。"
                hint = did_you_mean(near.entry, known, HINT)
                yield FileFinding(ID, SEVERITY, near.mark, said, hint)
