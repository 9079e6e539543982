"""A fact outside its validity: without another wording its replies would show a blank."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "fact.expired"
SEVERITY: Severity = "error"
TITLE = "店铺信息已过期"
WHY = "过期的活动不能再发给客户；没有 otherwise，用到它的回复里就会留一个空。"
HINT = "请更新 value 和有效期，或补上 otherwise（过期后的说法）。"

_OTHERWISE_HINT = "回复里现在用的是 otherwise；活动续期的话请更新 value 和有效期。"


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """An error where no value is left today, a suggestion where `otherwise` stands in.

    A fact that is not valid yet is an error without `otherwise`, and nothing with it.
    """
    for fact in book.facts.values():
        until, start = fact.valid_until, fact.valid_from
        late = until is not None and until < context.today
        if fact.on(context.today) is None:
            state = f"已于 {until} 过期" if late else f"要到 {start} 才生效"
            said = f"店铺信息“{fact.id}”{state}，又没有 otherwise，回复里会留空。"
            yield FileFinding(ID, SEVERITY, fact.mark, said, HINT)
        elif late:
            said = f"店铺信息“{fact.id}”已于 {until} 过期。"
            yield FileFinding(ID, "suggestion", fact.mark, said, _OTHERWISE_HINT)
