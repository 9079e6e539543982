"""A phrasebook as rows of text under the headings of each tool."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.engine.model import Context, Entry, Phrasebook
from app.exporting.plain import plain_reply

STAGES: Mapping[str, str] = {"presale": "售前", "insale": "售中", "aftersale": "售后"}
_CATEGORY = re.compile(r"；分类：(.+)\Z")
_SEPARATOR = re.compile("[|｜;；]")

Rows = Iterator[tuple[str, ...]]

QA_HEADINGS = ("编号", "标题", "阶段", "分类", "标准问", "相似问", "答案")
QIANNIU_HEADINGS = ("分组", "快捷编码", "快捷短语", "内容")
CHATWOOT_HEADINGS = ("short_code", "content")


def qa_rows(book: Phrasebook, context: Context) -> Rows:
    """One row an entry; 相似问 are lines of one cell."""
    for entry in book.entries:
        asks = [" ".join(ask.text.split()) for ask in entry.asks]
        yield (
            entry.id,
            entry.title,
            STAGES.get(entry.stage, ""),
            _category(entry),
            asks[0] if asks else "",
            _lines(asks[1:]),
            plain_reply(entry, book, context),
        )


def qianniu_rows(book: Phrasebook, context: Context) -> Rows:
    """One row an entry, grouped by category or stage; the phrase is the entry's title."""
    for entry in book.entries:
        group = _category(entry) or STAGES.get(entry.stage, "通用")
        yield group, entry.id, entry.title, plain_reply(entry, book, context)


def chatwoot_rows(book: Phrasebook, context: Context) -> Rows:
    """One canned response an entry."""
    for entry in book.entries:
        yield entry.id, plain_reply(entry, book, context)


def jsonl_objects(book: Phrasebook, context: Context) -> Iterator[dict[str, object]]:
    """The objects that `huashu import` reads."""
    for entry in book.entries:
        yield {
            "id": entry.id,
            "title": entry.title,
            "asks": [ask.text for ask in entry.asks],
            "reply": plain_reply(entry, book, context),
        }


def _category(entry: Entry) -> str:
    found = _CATEGORY.search(entry.source)
    return found[1] if found else ""


def _lines(asks: list[str]) -> str:
    """As lines; a single one with a | or ; in it keeps a line break, or it would fall apart."""
    text = "\n".join(asks)
    return f"{text}\n" if len(asks) == 1 and _SEPARATOR.search(text) else text
