"""A text that a customer may get with a word which the entry rules out."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "template.avoid"
SEVERITY: Severity = "error"
TITLE = "用了要避免的词"
WHY = "条目写明不许出现的词出现了，发给客户就可能是承诺过头或者得罪人的话。"
HINT = "请换一种说法，或修改 avoid。"


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each word to avoid once a template, when any of its texts holds it."""
    for template in context.templates:
        texts = context.outcome(template).texts
        for word in template.avoid:
            if word and any(word in text for text in texts):
                said = f"{template.name}里有要避免的“{word}”。"
                yield FileFinding(ID, SEVERITY, template.mark, said, HINT)
