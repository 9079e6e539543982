"""Two items with one id: entries, greetings, closings, rewrites, policies, procedures share one
namespace, because suggestions, findings and the journal name them by id alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Mark, Phrasebook, Severity
from app.lint.context import LintContext
from app.lint.named import named_items

ID = "id.duplicate"
SEVERITY: Severity = "error"
TITLE = "编号重复"
WHY = "统计、反馈、引用都靠编号认；两样东西用一个编号，就分不清说的是哪一个。"
HINT = "请换一个编号；条目、开场白、结束语、改写、规范、流程共用一套编号。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Reports each further item with an id that stands earlier in the files."""
    first: dict[str, Mark] = {}
    for item_id, mark in named_items(book):
        before = first.setdefault(item_id, mark)
        if item_id and before is not mark:
            yield FileFinding(ID, SEVERITY, mark, f"编号“{item_id}”已用在 {before}。", HINT)
