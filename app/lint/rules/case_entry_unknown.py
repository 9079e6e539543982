"""A case that wants an entry which does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext
from app.lint.named import did_you_mean

ID = "case.entry_unknown"
SEVERITY: Severity = "warning"
TITLE = "用例要的条目不存在"
WHY = "这条用例永远通不过：要的条目改了编号、删了，或者编号写错了。"
HINT = "请改成已有的条目编号，或删去这条用例；不该回答的写 entry: none。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """No error: a case changes no answer, and must not keep a book from being served."""
    known = {entry.id for entry in book.entries}
    for case in book.cases:
        for name in case.entries:
            if name not in known:
                said = f"用例“{case.messages[0]}”要的条目“{name}”不存在。"
                yield FileFinding(ID, SEVERITY, case.mark, said, did_you_mean(name, known, HINT))
