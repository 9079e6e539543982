"""Links that can not lead anywhere: mistyped, cut off, or still those of an example."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.engine.model import FileFinding, Mark, Phrasebook, Severity
from app.lint.context import LintContext

ID = "link.shape"
SEVERITY: Severity = "warning"
TITLE = "网址写法不对"
WHY = "客户点不开的网址比没有还糟。只看写法，不上网核对：打错的、断开的、还是示例的都会报。"
HINT = "请改成完整的网址：https:// 开头，域名写全，中间没有空格和全角字符。"

# Whatever is meant as a link: a scheme, mistyped or not, or www.
LINK = re.compile(
    r"(?i)(?:h?tt?ps?|ftp)\s?[:：;；]\s?[/／\\]{1,3}\s?[!-~＀-～]*|(?<![a-z0-9.])www[.。．][!-~＀-～]*"
)
_WELL = re.compile(
    r"(?i)(?:https?://)?(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})"
    r"(?::\d{2,5})?(?:[/?#][!-~]*)?"
)
_EXAMPLE = re.compile(
    r"(?i)(?:^|\.)(?:example\.(?:com|net|org|cn)|test|invalid|localhost|xxx+\.\w+)$"
)
TAIL = ".,;:!?，。；：！？)）”’】》"
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each link once a text: of replies, of facts, and those that policies lead to."""
    for mark, name, link in _links(book, context):
        wrong = link_problem(link)
        if wrong:
            yield FileFinding(ID, SEVERITY, mark, f"{name}里的网址“{link}”{wrong}。", HINT)


def _links(book: Phrasebook, context: LintContext) -> Iterator[tuple[Mark, str, str]]:
    for template in context.templates:
        for link in _links_in(_TAG.sub(" ", template.text)):
            yield template.mark, template.name, link
    for fact in book.facts.values():
        for link in _links_in(f"{fact.value} {fact.otherwise or ''}"):
            yield fact.mark, f"店铺信息“{fact.id}”", link
    for policy in book.policies:
        if policy.link:  # whatever stands there is meant as one
            yield policy.mark, f"规范“{policy.id}”", policy.link


def _links_in(text: str) -> Iterator[str]:
    yield from dict.fromkeys(found[0].rstrip(TAIL) for found in LINK.finditer(text))


def link_problem(link: str) -> str | None:
    """What is wrong with the shape of a link, or None."""
    if any(char > "~" for char in link):
        return "里有全角的字符"
    whole = _WELL.fullmatch(link)
    if whole is None:
        return "不完整或打错了"
    if _EXAMPLE.search(whole["host"]):
        return "只是示例"
    return None
