"""XLSX as tables, and archives that would hurt whoever opens them."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tables import Table, TableError, parse_tables
from app.tables.workbook import MAX_UNPACKED

SHEET = "xl/worksheets/sheet1.xml"
Cells = Mapping[tuple[int, int], object]


def workbook(**sheets: Cells) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for (row, column), value in cells.items():
                if isinstance(value, datetime):
                    sheet.write_datetime(
                        row, column, value, book.add_format({"num_format": "yyyy-mm-dd"})
                    )
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif value is None:
                    sheet.write_blank(row, column, None, book.add_format({"bold": True}))
                else:
                    sheet.write(row, column, value)
    return file.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive_of(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    parts = parts_of(data)
    assert old in parts[part]
    return archive_of(parts | {part: parts[part].replace(old, new)})


def read(data: bytes) -> tuple[Table, ...]:
    return parse_tables("话术.xlsx", ".xlsx", data)


def refused(data: bytes) -> tuple[str, str]:
    with pytest.raises(TableError) as caught:
        read(data)
    assert str(caught.value).startswith("话术.xlsx：")
    return caught.value.code, str(caught.value)


REPLIES = workbook(
    一月={
        (2, 1): "回复", (2, 2): "次数", (2, 3): "启用", (2, 4): "日期",
        (3, 1): "您好，\n请稍等", (3, 2): 7, (3, 3): True, (3, 4): datetime(2026, 1, 2),
        (5, 1): "好的", (5, 2): 1.5, (5, 4): datetime(2026, 1, 2, 8, 30),
        (9, 9): None,
    },
    空={},
    二月={(0, 0): "话术", (1, 0): "马上发"},
)  # fmt: skip


def test_sheets_rows_and_values() -> None:
    january, february = read(REPLIES)
    assert (january.name, february.name) == ("一月", "二月")
    assert january.headings == ("回复", "次数", "启用", "日期")
    assert january.top is not None
    assert january.top.number == 3
    assert [(row.number, row.line, row.cells) for row in january.rows] == [
        (4, 4, {"回复": "您好，\n请稍等", "次数": "7", "启用": "TRUE", "日期": "2026-01-02"}),
        (6, 6, {"回复": "好的", "次数": "1.5", "日期": "2026-01-02 08:30:00"}),
    ]
    assert february.rows[0].cells == {"话术": "马上发"}


def test_a_title_above_the_headings() -> None:
    cells = {(0, 0): "某店话术", (1, 0): "场景", (1, 1): "回复", (2, 0): "发货", (2, 1): "好"}
    (table,) = read(workbook(表=cells))
    assert table.headings == ("场景", "回复")
    assert [row.cells for row in table.rows] == [
        {"场景": "某店话术"},
        {"场景": "发货", "回复": "好"},
    ]


CELL = st.text(
    st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Cn")), max_size=30
).filter(lambda cell: cell.strip() and "_x" not in cell)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_texts_come_back_as_they_were_written(rows: list[tuple[str, str]]) -> None:
    cells = {(n, c): cell for n, row in enumerate(rows, 1) for c, cell in enumerate(row)}
    (table,) = read(workbook(表={(0, 0): "问", (0, 1): "答", **cells}))
    assert [tuple(row.cells.values()) for row in table.rows] == rows


def test_pictures_and_other_parts_are_left_out() -> None:
    parts = parts_of(REPLIES) | {"xl/media/image1.png": random.Random(1).randbytes(5_000_000)}
    assert len(read(archive_of(parts))) == 2


# ---- damaged ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        "回复,备注\n".encode(),
        REPLIES[: len(REPLIES) // 2],
        REPLIES[:2000] + b"\0" * 200 + REPLIES[2200:],
        archive_of({}),
        archive_of({"a.txt": b"x"}),
        archive_of({k: v for k, v in parts_of(REPLIES).items() if k != SHEET}),
        changed(REPLIES, SHEET, b"<sheetData>", b"<sheetData"),
        changed(REPLIES, SHEET, b'r="B4"', b'r="B99999999"'),
        changed(REPLIES, SHEET, b'r="B4"', b'r=""'),
        changed(REPLIES, SHEET, b'<row r="4"', b'<row r="0"'),
    ],
    ids=range(12),
)
def test_damaged(data: bytes) -> None:
    code, said = refused(data)
    assert code == "table.damaged"
    assert "请重新导出" in said


def test_old_format_or_password() -> None:
    code, said = refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert code == "table.protected"
    assert "另存为 .xlsx" in said


def test_an_encrypted_archive() -> None:
    data = bytearray(REPLIES)
    for signature, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + flag] |= 1
            at = data.find(signature, at + 4)
    assert refused(bytes(data))[0] == "table.protected"


def test_nothing_in_it() -> None:
    assert refused(workbook(空={}))[0] == "table.empty"


def test_random_damage_never_raises_anything_else() -> None:
    chance = random.Random(7)
    parts = parts_of(REPLIES)
    values = (b"-1", b"0", b"99999999999999999999", b"XFE1", b"ZZZZ1", b"inlineStr", b"1e999", b"")
    for _ in range(120):
        name = chance.choice([n for n in parts if n.startswith("xl/")])
        quoted = parts[name].split(b'"')
        at = chance.randrange(len(quoted) // 2) * 2 + 1 if len(quoted) > 2 else 0
        quoted[at] = chance.choice(values)
        raw = bytearray(REPLIES)
        for _ in range(5):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        for data in (archive_of(parts | {name: b'"'.join(quoted)}), bytes(raw)):
            try:
                read(data)
            except TableError as error:
                assert error.code in str(error)


# ---- too large -------------------------------------------------------------------------------


def test_cells_in_opposite_corners() -> None:
    """Two cells, a few kilobytes; as a rectangle they would take terabytes."""
    code, said = refused(workbook(表={(0, 0): "回复", (1_048_575, 16_383): "好"}))
    assert code == "table.too-large"
    assert "零星格子" in said


def test_an_empty_cell_far_away_does_not_count() -> None:
    assert read(workbook(表={(0, 0): "回复", (1, 0): "好", (1_048_575, 16_383): None}))


@pytest.mark.parametrize(
    ("part", "old"),
    [
        ("xl/sharedStrings.xml", b' uniqueCount="'),
        ("xl/sharedStrings.xml", b' count="'),
        ("xl/styles.xml", b'<cellXfs count="'),
    ],
    ids=["unique strings", "strings", "formats"],
)
def test_more_strings_claimed_than_there_are(part: str, old: bytes) -> None:
    code, _ = refused(changed(REPLIES, part, old, old + b"9999999"))
    assert code == "table.damaged"


def test_a_bomb() -> None:
    """Zeros pack a thousand to one."""
    bomb = archive_of(parts_of(REPLIES) | {SHEET: b" " * (MAX_UNPACKED + 1)})
    assert len(bomb) < 1_000_000
    assert refused(bomb)[0] == "table.too-large"


def test_a_bomb_that_lies_about_its_size() -> None:
    size = 40_000_000
    bomb = archive_of(parts_of(REPLIES) | {SHEET: b" " * size})
    lying = bomb.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != bomb
    assert refused(lying)[0] == "table.damaged"


def test_entities_that_grow() -> None:
    bomb = b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    parts = parts_of(REPLIES)
    head, _, rest = parts[SHEET].partition(b"?>")
    code, _ = refused(archive_of(parts | {SHEET: head + b"?>" + bomb + rest}))
    assert code == "table.damaged"
