"""The value of a fact typed into a text: when the fact changes, this text does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "template.fact_value"
SEVERITY: Severity = "warning"
TITLE = "店铺信息写死在话术里"
WHY = (
    "数字、名称在 facts 里已经有了，回复里又照抄一遍。以后店里改了，facts 改一处，"
    "这段话还是老样子，客户看到的就是错的。"
)
HINT = "请改成引用：{{ shop.名称 }}。"

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_SPACE = re.compile(r"\s+")
SHORTEST = 2  # characters: one alone stands in too many words
SHORTEST_NAME = 3  # without digits: shorter ones may be meant as a word
_DIGIT = re.compile(r"[0-9０-９]")
_DIGIT_INSIDE = re.compile(r"[0-9０-９.]")


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each fact once a template. The longest value counts where one holds another."""
    values = values_of(book)
    for template in context.templates:
        for value, names in written_in(template.text, values):
            said = f"{template.name}里直接写了“{value}”，它是店铺信息“{'”“'.join(names)}”。"
            hint = f"请改成 {'，或 '.join(f'{{{{ shop.{name} }}}}' for name in names)}。"
            yield FileFinding(ID, SEVERITY, template.mark, said, hint)


def values_of(book: Phrasebook) -> Mapping[str, list[str]]:
    """Value -> the facts that have it, for values that are told apart from plain words.

    Words that two facts share are a way of putting it, not a name.
    """
    values: dict[str, list[str]] = {}
    for fact in book.facts.values():
        value = _SPACE.sub("", fact.value)
        if len(value) >= SHORTEST:
            values.setdefault(value, []).append(fact.id)
    return {
        value: names
        for value, names in values.items()
        if _DIGIT.search(value) or (len(names) == 1 and len(value) >= SHORTEST_NAME)
    }


def written_in(template: str, values: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """(value, facts) of the values that stand outside the tags of a template, the longest first."""
    text = _SPACE.sub("", _TAG.sub("\0", template))
    for value in sorted(values, key=len, reverse=True):
        at = text.find(value)
        while at >= 0:
            end = at + len(value)
            if not _cuts_number(text, at, end):
                yield value, values[value]
                text = text.replace(value, "\0")
                break
            at = text.find(value, at + 1)


def _cuts_number(text: str, start: int, end: int) -> bool:
    """Whether a number goes on beyond: 7天 in 17天."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return bool(
        (_DIGIT_INSIDE.match(text[start]) and before and _DIGIT_INSIDE.match(before))
        or (_DIGIT_INSIDE.match(text[end - 1]) and after and _DIGIT_INSIDE.match(after))
    )
