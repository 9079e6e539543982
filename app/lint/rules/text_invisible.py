"""Characters that do not show, pasted along from web pages and chat windows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.engine.model import FileFinding, Mark, Phrasebook, Severity
from app.lint.context import LintContext

ID = "text.invisible"
SEVERITY: Severity = "warning"
TITLE = "有看不见的字符"
WHY = (
    "零宽空格、方向符这类字符看不见，多半是从网页或聊天窗口粘贴来的。它会把词从中间断开，"
    "规范查不到、must 对不上、编号看着一样其实不同。"
)
HINT = "请删去它；huashu lint --fix 会替您删。"

# As app.engine.render drops them from replies; a joiner stays where it joins emoji.
INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    "|(?<=[\u2e80-\u9fff\uff00-\uffef\\w])\u200d"
)


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each such character with its place, wherever in a file it stands."""
    for file in sorted(context.files):
        text = context.files[file]
        for found in INVISIBLE.finditer(text):
            at = found.start()
            line = text.count("\n", 0, at)
            column = at - text.rfind("\n", 0, at)
            said = f"这里有看不见的字符 U+{ord(found[0]):04X}。"
            yield FileFinding(ID, SEVERITY, Mark(file, line + 1, column), said, HINT)
