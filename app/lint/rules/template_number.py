"""A number typed into a text instead of a fact: it goes stale where nobody looks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "template.number"
SEVERITY: Severity = "warning"
TITLE = "数字写死在话术里"
WHY = "数字写在回复里，店铺的规定一改，就要到处找；漏改一处，就会答错。"
HINT = "请在 facts: 里写一次，这里用 {{ shop.名称 }} 引用。"

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_NUMBER = re.compile(r"[0-9０-９]+(?:[.,:：–-][0-9０-９]+)*")


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports the digits outside tags of replies, greetings and closings, once a template."""
    for template in context.templates:
        numbers = dict.fromkeys(_NUMBER.findall(_TAG.sub(" ", template.text)))
        if numbers:
            said = f"{template.name}里直接写了数字“{'”“'.join(numbers)}”。"
            yield FileFinding(ID, SEVERITY, template.mark, said, HINT)
