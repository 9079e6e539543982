"""Traditional characters in the texts of a book that is otherwise in simplified script."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Mark, Phrasebook, Severity
from app.engine.normalize import simplified
from app.lint.context import LintContext

ID = "text.script"
SEVERITY: Severity = "warning"
TITLE = "简体里混了繁体"
WHY = (
    "回复用简体写，客户写繁体时程序会自动换成繁体。混着写，简体的客户看到的是夹生的字，"
    "must、avoid 和规范也会对不上。问法里可以有繁体，不在此列。"
)
HINT = "请改成简体；huashu lint --fix 会替您改。"


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports what is said to customers. Silent when most replies are in traditional script."""
    texts = list(_texts(book, context))
    wrong = [(mark, name, odd) for mark, name, text in texts if (odd := traditional(text))]
    if len(wrong) * 2 > len(texts):
        return
    for entry in book.entries:
        kept = (entry.title, *(word for words in entry.must for word in words), *entry.avoid)
        odd = traditional("".join(kept))
        if odd:
            said = f"“{entry.id}”的标题、must 或 avoid 里有繁体字“{''.join(odd)}”。"
            hint = f"请改成“{''.join(map(simplified, odd))}”。"
            yield FileFinding(ID, SEVERITY, entry.mark, said, hint)
    for mark, name, odd in wrong:
        said = f"{name}里有繁体字“{''.join(odd)}”。"
        hint = f"请改成“{''.join(map(simplified, odd))}”；huashu lint --fix 会替您改。"
        yield FileFinding(ID, SEVERITY, mark, said, hint)


def traditional(text: str) -> list[str]:
    """The characters that the conversion to simplified script changes, each once, in order."""
    pairs = zip(text, simplified(text), strict=False)
    return list(dict.fromkeys(old for old, new in pairs if old != new))


def _texts(book: Phrasebook, context: LintContext) -> Iterator[tuple[Mark, str, str]]:
    """(place, how it is called, text) of what customers or agents read."""
    for template in context.templates:
        yield template.mark, template.name, template.text
    for fact in book.facts.values():
        told = (fact.value, fact.otherwise or "")
        yield fact.mark, f"店铺信息“{fact.id}”", "\n".join(told)
    for rewrite in book.rewrites:
        said = (rewrite.professional, *(new for _, new in rewrite.pairs))
        yield rewrite.mark, f"改写“{rewrite.id}”", "\n".join(said)
