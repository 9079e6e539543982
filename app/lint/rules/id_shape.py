"""Ids are lower-case words joined by dots: they stand in globs, URLs and file names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext
from app.lint.named import named_items

ID = "id.shape"
SEVERITY: Severity = "error"
TITLE = "编号写法不对"
HINT = "请写成 return.seven_day 的样子：小写英文字母开头，字母、数字、下划线，中间用点隔开。"

_SHAPE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each id that is not at least two lower-case words joined by dots."""
    for item_id, mark in named_items(book):
        # Reading reports an id that is absent; one written as "" is left to this rule.
        if not _SHAPE.fullmatch(item_id) and (item_id or not context.read_errors):
            yield FileFinding(ID, SEVERITY, mark, f"编号“{item_id}”写法不对。", HINT)
