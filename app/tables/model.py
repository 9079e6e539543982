"""What a file holds: tables of rows, each row with its place and its cells by heading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.tables.errors import TableTooLarge

LINE = ""  # the heading of the one cell of a row that is a line of plain text
MAX_ROWS = 1_048_576  # a sheet of a spreadsheet has no more

Record = tuple[int, int, Sequence[str]]  # number, line, cells


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    `number` counts from 1 as a spreadsheet shows it, headings and empty rows included. `line` is
    the line of the file, from 1, on which the row begins; of an XLSX it is the number. `cells`
    leaves out the empty ones.
    """

    number: int
    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings that differ from each other; empty rows are left out.

    `name` is the sheet's, "" where there are no sheets. Lines of text have the one heading LINE.
    `top` is the row of the headings, under the headings it made: a file may have no headings, and
    then it is content. None where headings are no row (JSONL, lines). `encoding` is "" of an XLSX.
    """

    name: str
    headings: tuple[str, ...]
    top: Row | None
    rows: tuple[Row, ...]
    encoding: str = ""


def table_of(
    file: str, name: str, records: Iterable[Record], encoding: str = "", first_column: int = 1
) -> Table | None:
    """The table of these records, or None when all are empty. Raises TableTooLarge.

    Headings are the first row that is not empty; one cell above a wider row is a title, and the
    row below has the headings. `first_column` is the number of the first cell.
    """
    filled = []
    for record in records:
        if any(cell.strip() for cell in record[2]):
            filled.append(record)
        if len(filled) > MAX_ROWS:
            raise TableTooLarge(file, f"超过 {MAX_ROWS} 行。请分成几个文件。")
    if not filled:
        return None
    at = 1 if len(filled) > 1 and _filled(filled[0]) == 1 < _filled(filled[1]) else 0
    width = max(len(cells) for _, _, cells in filled)
    headings = _headings(filled[at][2], width, first_column)
    rows = [_row(record, headings) for record in filled]
    top = rows.pop(at)
    used = {heading for row in (top, *rows) for heading in row.cells}
    return Table(name, tuple(h for h in headings if h in used), top, tuple(rows), encoding)


def _filled(record: Record) -> int:
    return sum(bool(cell.strip()) for cell in record[2])


def _row(record: Record, headings: Sequence[str]) -> Row:
    number, line, cells = record
    found = zip(headings, cells, strict=False)
    return Row(number, line, {heading: cell for heading, cell in found if cell.strip()})


def _headings(cells: Sequence[str], width: int, first_column: int) -> list[str]:
    """A heading of its own for every column: an empty or repeated one gets its number."""
    headings: list[str] = []
    for at in range(width):
        heading = " ".join(cells[at].split()) if at < len(cells) else ""
        number = f"第 {first_column + at} 列"
        if not heading:
            heading = number
        while heading in headings:
            heading = f"{heading}（{number}）"
        headings.append(heading)
    return headings
