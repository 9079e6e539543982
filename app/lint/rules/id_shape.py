"""Ids stand in globs, addresses and composed names: no blanks and none of their characters.

The shipped book writes lower-case words joined by dots; books from elsewhere keep their ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext
from app.lint.named import named_items

ID = "id.shape"
SEVERITY: Severity = "error"
TITLE = "编号写法不对"
WHY = "编号会写进网址、文件和统计里；空格和符号会断开，太长的看不清。"
HINT = "请用字母、数字、汉字、点、下划线或短横，不留空格，最长 100 个字符，如 return.seven_day。"

_SHAPE = re.compile(r"[\w.-]{1,100}")


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each id that could not stand in an address or a glob."""
    for item_id, mark in named_items(book):
        # Reading reports an id that is absent; one written as "" is left to this rule.
        if not _SHAPE.fullmatch(item_id) and (item_id or not context.read_errors):
            yield FileFinding(ID, SEVERITY, mark, f"编号“{item_id}”写法不对。", HINT)
