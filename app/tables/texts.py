"""Decoded text -> a table: lines, CSV, JSONL."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from app.tables.errors import TableDamaged, TableTooLarge
from app.tables.model import LINE, MAX_ROWS, Record, Row, Table, table_of

_BREAK = re.compile(r"\r\n|\r|\n")  # what editors count as the end of a line, and no more
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SURROGATE = re.compile("[\ud800-\udfff]")
_HEAD = 64 * 1024
_SHOWN = 20
_NAMELESS = "（无名）"


def lines_table(name: str, text: str, encoding: str) -> Table | None:
    """Every line that is not blank, or None when all are."""
    lines = enumerate(_lines(name, text), 1)
    rows = tuple(Row(n, n, {LINE: line}) for n, line in lines if line.strip())
    return Table("", (LINE,), None, rows, encoding) if rows else None


def csv_table(name: str, text: str, encoding: str, delimiter: str | None = None) -> Table | None:
    """Rows of CSV (RFC 4180), separated by what the first lines show where nothing is said.

    Raises TableDamaged for quotes that do not pair and for rows that are wider than the headings:
    a reply with a comma and without quotes falls apart, and nobody would see the rest.
    """
    between = delimiter or _delimiter(text)
    records = list(_records(name, text, between))
    if _one_column(records):
        records = [(number, line, [between.join(cells)]) for number, line, cells in records]
    table = table_of(name, "", records, encoding)
    if table is None or table.top is None:
        return None
    width = next(len(cells) for number, _, cells in records if number == table.top.number)
    wide = [(number, line) for number, line, cells in records if any(map(str.strip, cells[width:]))]
    if wide:
        shown = "、".join(str(number) for number, _ in wide[:_SHOWN])
        raise TableDamaged(
            name,
            f"第 {shown} 行的格数比标题多（标题有 {width} 格），一共 {len(wide)} 行。"
            f"文字里有“{between}”时，整格要加英文双引号。",
        )
    return table


def _one_column(records: Sequence[Record]) -> bool:
    """Whether what looks like more columns are commas in the texts of a single one.

    The first row has one cell, and it is no title over a table whose rows are all as wide.
    """
    widths = [len(cells) for _, _, cells in records if any(map(str.strip, cells))]
    return widths[:1] == [1] and not (len(widths) > 2 and len(set(widths[1:])) == 1)


def _records(name: str, text: str, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, line = 0, 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableDamaged(
                name,
                f"第 {line} 行起引号不成对，或一格的文字过长。以英文双引号开头的格子要以它结尾，"
                "格子里面的双引号要写两个。",
            ) from error
        number += 1
        yield number, line, cells
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """A comma, unless the first lines agree on as many tabs or semicolons and have no comma."""
    lines = [x for x in _BREAK.split(_QUOTED.sub("格", text[:_HEAD])) if x.strip()][:5]
    for sign in "\t;":
        counts = {line.count(sign) for line in lines}
        if len(counts) == 1 and 0 not in counts and "," not in lines[0]:
            return sign
    return ","


def jsonl_table(name: str, text: str, encoding: str) -> Table | None:
    """One JSON object a line; its keys are the headings. Raises TableDamaged that names lines.

    A list of texts becomes one text of several lines; other values become their JSON.
    """
    rows: list[Row] = []
    wrong: list[str] = []
    # Not every break that Unicode knows: JSON texts may hold U+2028 as it is.
    for number, line in enumerate(_lines(name, text), 1):
        if line.strip():
            cells = _cells(line)
            if isinstance(cells, str):
                wrong.append(f"第 {number} 行{cells}")
            else:
                rows.append(Row(number, number, cells))
    if wrong:
        more = f"\n……另有 {len(wrong) - _SHOWN} 行" if len(wrong) > _SHOWN else ""
        raise TableDamaged(name, "每行应为一个 JSON 对象。\n" + "\n".join(wrong[:_SHOWN]) + more)
    headings = tuple(dict.fromkeys(key for row in rows for key in row.cells))
    return Table("", headings, None, tuple(rows), encoding) if headings else None


def _cells(line: str) -> dict[str, str] | str:
    """The cells of a line, or what is wrong with it."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return "不是合法的 JSON。"
    if not isinstance(value, dict):
        return '不是 JSON 对象。例如应为 {"reply": "您好"}。'
    cells = {key or _NAMELESS: _text(item) for key, item in value.items()}
    if any(map(_SURROGATE.search, (*cells, *cells.values()))):
        return "含有不完整的字符（单独的代理码位）。"
    return {key: cell for key, cell in cells.items() if cell.strip()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False)


def _lines(name: str, text: str) -> list[str]:
    lines = _BREAK.split(text)
    if len(lines) > MAX_ROWS + 1:  # a break ends the last line, too
        raise TableTooLarge(name, f"超过 {MAX_ROWS} 行。请分成几个文件。")
    return lines
