"""A fact that no text mentions: either it is idle, or a reply holds it in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.engine.render import template_names
from app.lint.context import LintContext
from app.lint.rules.policy_fact import facts_of

ID = "fact.unused"
SEVERITY: Severity = "suggestion"
TITLE = "店铺信息没有用到"
WHY = "写了却没有地方用，多半是回复里把同样的内容又写了一遍；以后只改这一处，回复不会跟着变。"
HINT = "请在回复里用 {{ shop.名称 }} 引用它，或删去它。"


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports the facts that no reply, greeting or closing mentions and no policy asks for."""
    used = {name for policy in book.policies for name in facts_of(policy)}
    for template in context.templates:
        if context.outcome(template).problem is None:
            used |= template_names(template.text)[1]
    for fact in book.facts.values():
        if fact.id not in used:
            said = f"店铺信息“{fact.id}”没有话术用到。"
            yield FileFinding(ID, SEVERITY, fact.mark, said, HINT)
