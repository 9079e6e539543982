"""Braces of a tag typed in full width: no tag, so the customer would be sent the braces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "template.wide_marks"
SEVERITY: Severity = "error"
TITLE = "模板的括号写成了全角"
WHY = "全角的｛｛ ｝｝程序不认，会原样发给客户，里面的店铺信息和变量都不会填上。"
HINT = "请改成半角：{{ shop.名称 }}、{{ 变量 }}。"

WIDE = re.compile(r"[{｛]{2}\s*[A-Za-z_][\w.。．]*\s*[}｝]{2}")


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports what would be a tag in half width, once a template."""
    for template in context.templates:
        found = [m[0] for m in WIDE.finditer(template.text) if m[0] != narrow(m[0])]
        if found:
            said = f"{template.name}里的“{'”“'.join(dict.fromkeys(found))}”是全角的。"
            hint = f"请改成半角：{'、'.join(dict.fromkeys(map(narrow, found)))}。"
            yield FileFinding(ID, SEVERITY, template.mark, said, hint)


def narrow(tag: str) -> str:
    """The tag in half width."""
    return tag.translate(str.maketrans("｛｝。．", "{}.."))
