"""XLSX -> tables, one a sheet. What the archive claims is checked before it is opened.

calamine lays a sheet out in memory as a rectangle round its cells, reserves room for as many
strings as a part claims to have, and ends the process when memory does not suffice: two cells in
opposite corners or one large number are enough for that. So every part is unpacked within a limit
first and measured, and calamine gets an archive of what was checked.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from python_calamine import CalamineError, CalamineSheet, PasswordError, load_workbook
from python_calamine import SheetTypeEnum as Kind

from app.tables.errors import TableDamaged, TableProtected, TableTooLarge
from app.tables.model import MAX_ROWS, Record, Table, table_of

MAX_UNPACKED = 256 * 1024 * 1024
MAX_CELLS = 5_000_000
_MAX_PARTS = 10_000
_CHUNK = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old .xls, and every XLSX behind a password
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
# What zipfile raises of broken archives is more than BadZipFile: sizes and names are taken as told.
_DAMAGE = (
    CalamineError, ExpatError, zipfile.BadZipFile, zlib.error, struct.error,
    OSError, EOFError, ValueError, OverflowError,
)  # fmt: skip
_BROKEN = "文件已损坏，或不是 XLSX 表格。请重新导出，或另存为 .xlsx。"


def workbook_tables(name: str, data: bytes) -> tuple[Table, ...]:
    """The sheets that hold something, hidden ones too. Raises TableError."""
    if data.startswith(_OLE):
        raise TableProtected(
            name, "表格有密码，或是旧的 .xls 格式。请去掉密码，另存为 .xlsx 后再试。"
        )
    try:
        parts = _parts(name, data)
        for part in parts.values():
            _measure(name, part)
        return tuple(_tables(name, _archive(parts)))
    except PasswordError as error:
        raise TableProtected(name, "表格有密码。请去掉密码后再试。") from error
    except _DAMAGE as error:
        raise TableDamaged(name, _BROKEN) from error
    except (NotImplementedError, RuntimeError) as error:  # zipfile: unknown packing, encryption
        raise TableProtected(name, "压缩包加了密，或压缩方式不支持。请另存为 .xlsx。") from error


def _parts(name: str, data: bytes) -> dict[str, bytes]:
    """The XML parts of the archive, unpacked. Pictures and macros are left out."""
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [m for m in archive.infolist() if m.filename.endswith((".xml", ".rels"))]
        if len(members) > _MAX_PARTS or sum(m.file_size for m in members) > left:
            raise _too_large(name)
        for member in members:
            part = bytearray()
            with archive.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    part += chunk
                    if len(part) > left:
                        raise _too_large(name)
            left -= len(part)
            parts[member.filename] = bytes(part)
    return parts


def _too_large(name: str) -> TableTooLarge:
    limit = MAX_UNPACKED // 1024 // 1024
    return TableTooLarge(name, f"解压后超过 {limit} MB，不像话术表格。请分成几个文件。")


def _measure(name: str, xml: bytes) -> None:
    """Raises TableTooLarge when the cells of a part span too wide a rectangle."""
    extent = _Extent(len(xml))
    parser = ParserCreate("UTF-8")
    parser.StartElementHandler = extent.start
    parser.EndElementHandler = extent.end
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(xml, True)
    if extent.cells > MAX_CELLS:
        raise TableTooLarge(
            name,
            f"工作表跨了约 {extent.cells} 格，超过 {MAX_CELLS} 格。"
            "请删去离得很远的零星格子，或分成几个文件。",
        )


def _refuse(*_: Any) -> None:
    raise ExpatError("a document type has no place here")


class _Extent:
    """The rectangle round the cells with a value, as the XML of a sheet goes by."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._row = self._column = 0
        self._cell = (0, 0)
        self._corners: tuple[int, int, int, int] | None = None

    @property
    def cells(self) -> int:
        if self._corners is None:
            return 0
        top, left, bottom, right = self._corners
        return (bottom - top + 1) * (right - left + 1)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(":")[2]
        for claim in ("count", "uniqueCount"):
            if claim in attributes and not _at_most(attributes[claim], self._size):
                raise ExpatError("more elements are claimed than there are bytes")
        if element == "row":
            if "r" in attributes:
                self._row = _row(attributes["r"])
        elif element == "c":
            row = self._row
            if "r" in attributes:
                row, self._column = _place(attributes["r"])
            self._cell = (row, self._column)
        elif element in ("v", "is"):
            row, column = self._cell
            top, left, bottom, right = self._corners or (row, column, row, column)
            self._corners = (min(top, row), min(left, column), max(bottom, row), max(right, column))

    def end(self, name: str) -> None:
        element = name.rpartition(":")[2]
        if element == "c":
            self._column += 1
        elif element == "row":
            self._row, self._column = self._row + 1, 0


def _at_most(number: str, most: int) -> bool:
    return number.isascii() and number.isdecimal() and len(number) <= 9 and int(number) <= most


def _row(number: str) -> int:
    """The row, from 0, that an attribute names. Raises ExpatError for one that can not be."""
    if not _at_most(number, MAX_ROWS) or int(number) < 1:
        raise ExpatError(f"no row of a sheet: {number[:20]}")
    return int(number) - 1


def _place(reference: str) -> tuple[int, int]:
    """Row and column, from 0, of a reference such as B7. Raises ExpatError."""
    found = _CELL.fullmatch(reference)
    if found is None:
        raise ExpatError(f"no cell of a sheet: {reference[:20]}")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return _row(found[2]), column - 1


def _archive(parts: dict[str, bytes]) -> io.BytesIO:
    """The parts in an archive without compression: as large as it says. Empties `parts`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        while parts:
            archive.writestr(*parts.popitem())
    packed.seek(0)
    return packed


def _tables(name: str, packed: io.BytesIO) -> Iterator[Table]:
    with load_workbook(packed) as book:
        for sheet in book.sheets_metadata:
            if sheet.typ != Kind.WorkSheet:
                continue
            found = book.get_sheet_by_name(sheet.name)
            first = found.start[1] + 1 if found.start else 1
            table = table_of(name, sheet.name, _records(found), first_column=first)
            if table is not None:
                yield table


def _records(sheet: CalamineSheet) -> Iterator[Record]:
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield number, number, [_text(cell) for cell in cells]


def _text(value: Any) -> str:
    """As a spreadsheet shows it: 7 rather than 7.0, a day without midnight."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)
