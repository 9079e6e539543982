"""A text that a customer may get without a word which the entry or phrase demands."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "template.must"
SEVERITY: Severity = "error"
TITLE = "缺少必备的词"
WHY = "must 里是必须告诉客户的事。变量有没有值、活动过没过期，填出来的每一种文字里都要有。"
HINT = "请把它写进这段话（变量有没有值都要在），或修改 must。"


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each demanded word once a template, when any of its texts lacks it."""
    for template in context.templates:
        for words in template.must:
            for text in context.outcome(template).texts:
                if not any(word in text for word in words):
                    said = f"{template.name}里没有“{'|'.join(words)}”：“{text}”"
                    yield FileFinding(ID, SEVERITY, template.mark, said, HINT)
                    break
