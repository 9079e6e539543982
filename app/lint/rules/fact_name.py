"""A fact whose name can not stand in a template: `shop.return-days` is a subtraction there."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "fact.name"
SEVERITY: Severity = "warning"
TITLE = "店铺信息的名称不能引用"
WHY = "名称里有短横、空格或点，回复里写 {{ shop.名称 }} 时程序读不出来，这项信息就没法用。"
HINT = "请用字母、数字、汉字和下划线，不以数字开头，例如 return_days。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Reports names that are no identifiers of the template language."""
    for fact in book.facts.values():
        if not fact.id.isidentifier():
            said = f"店铺信息的名称“{fact.id}”在模板里没法引用。"
            yield FileFinding(ID, SEVERITY, fact.mark, said, HINT)
