"""A template that does not parse, or fails while it is filled, could answer nobody."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "template.syntax"
SEVERITY: Severity = "error"
TITLE = "模板写法有误"
WHY = "填不出来的模板一句话也发不了。"
HINT = "请检查 {{ }} 和 {% %} 是否成对，{% if %} 后面是否有 {% endif %}。"


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each template that can not be filled, with the reason."""
    for template in context.templates:
        problem = context.outcome(template).problem
        if problem is not None:
            said = f"{template.name}模板无法填写：{problem}。"
            yield FileFinding(ID, SEVERITY, template.mark, said, HINT)
