"""A text that is never sent, because a variant before it holds whenever it would."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "variant.unreachable"
SEVERITY: Severity = "warning"
TITLE = "永远用不到的变体"
WHY = "变体自上而下取第一个符合的；前面的总是先符合，这一段就永远发不出去，改了也没有用。"
HINT = "variants 自上而下取第一个符合的；请把条件更细的放在前面，或删去它。"


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each template that can be chosen on no platform."""
    for template in context.templates:
        if not template.platforms:
            said = f"{template.name}有一段永远用不到：它的条件不成立，或前面的变体总是先符合。"
            yield FileFinding(ID, SEVERITY, template.mark, said, HINT)
