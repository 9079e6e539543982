"""The replies in the tables of a file.

Which columns of a table hold replies is told, or found by the usual headings; nothing is passed
over in silence: `Source.note` says what was taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.engine.folding import fold
from app.tables import LINE, Row, Table
from app.tables.errors import ColumnUnknown

# Headings under which shops and chat tools keep what is sent, folded, without blanks and brackets.
_REPLIES = re.compile(
    "(?:标准|客服|快捷|参考|推荐|常用|常见|自动|首次|售前|售中|售后|店铺|商家)?"
    "(?:[回答][复覆]|回答|答案|应答|话术|短语)"
    "(?:内容|话术|用语|语|文本|模板|文案|正文|短语)?[0-9a-z一二三四五六七八九十]{0,2}(?:必填|选填)?"
    "|(?:reply|replies|answer|answers|response|responses)(?:_?(?:text|content|template))?[0-9]{0,2}"
)
_CONTENTS = re.compile(
    "内容|正文|文本|文案|文字|消息|消息内容|发送内容"
    "|(?:text|content|contents|body|message|sentence|draft)[0-9]{0,2}"
)
_SIGNS = re.compile(r"[\s()\[\]【】:*#\"'“”]")
_HAN = re.compile("[㐀-䶿一-鿿]")
_MARKER = re.compile(r"[ \t]*(?:(?:[-*+>]|#{1,6}|[0-9]{1,3}[.)])[ \t]+)*")


@dataclass(frozen=True, slots=True)
class Reply:
    """A text that a shop sends, and where it stands.

    `heading` is "" for a line of text; then `column` is that of its first character, from 1. In
    a table `column` is 1 and the place is row and heading.
    """

    file: str
    sheet: str
    row: int
    line: int
    column: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """The replies of a table, with a sentence about what was taken as such."""

    replies: tuple[Reply, ...]
    note: str = ""


def sources(file: str, tables: Sequence[Table], columns: Sequence[str]) -> tuple[Source, ...]:
    """The replies of every table of a file.

    `columns` names the headings to take; raises ColumnUnknown for one that no table of the file
    has. Without names the usual headings are taken, and where there are none, all text. Lines of
    text have no headings: each line is a reply.
    """
    in_columns = [table for table in tables if table.headings != (LINE,)]
    unknown = [name for name in columns if not any(_named(table, name) for table in in_columns)]
    if in_columns and unknown:
        there = "、".join(dict.fromkeys(f"“{h}”" for table in in_columns for h in table.headings))
        wanted = "、".join(f"“{name}”" for name in unknown)
        raise ColumnUnknown(file, f"没有{wanted}这一列。有的列是{there}。")
    return tuple(_source(file, table, columns) for table in tables)


def _source(file: str, table: Table, columns: Sequence[str]) -> Source:
    read = "" if table.encoding in ("", "UTF-8") else f"按 {table.encoding} 编码读取。"
    if table.headings == (LINE,):
        return Source(tuple(_lines(file, table)), read and f"{file}：{read}")
    rows: Sequence[Row] = table.rows
    if columns:
        taken = list(dict.fromkeys(h for name in columns for h in _named(table, name)))
        said = f"检查{_listed(taken)}。" if taken else "没有这样的列，没有检查。"
    elif taken := _usual(table):
        said = f"检查{_listed(taken)}。"
    else:
        taken = [h for h in table.headings if any(_HAN.search(r.cells.get(h, "")) for r in rows)]
        taken = taken or list(table.headings)
        # Perhaps there are no headings at all, and the first row is a reply as well.
        rows = sorted((*rows, *([table.top] if table.top else ())), key=lambda row: row.number)
        said = (
            "没有“回复”“话术”“答案”“内容”这样的标题，检查所有文字列，含第一行："
            f"{_listed(taken)}。要指定列，请用 --column。"
        )
    place = f"{file}“{table.name}”" if table.name else file
    return Source(_cells(file, table, taken, rows), f"{place}：{said}{read}")


def _usual(table: Table) -> list[str]:
    """The headings that name replies, or else those that name contents."""
    for usual in (_REPLIES, _CONTENTS):
        found = [h for h in table.headings if usual.fullmatch(_plain(h))]
        if found:
            return found
    return []


def _named(table: Table, name: str) -> list[str]:
    if name in table.headings:
        return [name]
    return [heading for heading in table.headings if _plain(heading) == _plain(name)]


def _plain(heading: str) -> str:
    return _SIGNS.sub("", fold(heading))


def _listed(headings: Iterable[str]) -> str:
    return "、".join(f"“{shorter(heading)}”" for heading in headings)


def shorter(heading: str) -> str:
    """A heading that is no sentence: where there are no headings the first row stands in."""
    return heading if len(heading) <= 12 else heading[:11] + "…"


def _cells(
    file: str, table: Table, headings: Sequence[str], rows: Iterable[Row]
) -> tuple[Reply, ...]:
    return tuple(
        Reply(file, table.name, row.number, row.line, 1, heading, row.cells[heading])
        for row in rows
        for heading in headings
        if heading in row.cells
    )


def _lines(file: str, table: Table) -> Iterator[Reply]:
    """Lines without what Markdown and lists set before a text: only a .md has such marks."""
    marked = file.lower().endswith(".md")
    for row in table.rows:
        line = row.cells[LINE]
        start = _MARKER.match(line).end() if marked else 0  # type: ignore[union-attr]
        if line[start:].strip():
            yield Reply(file, "", row.number, row.line, start + 1, LINE, line[start:])
