"""A file -> its tables, by its suffix, within a limit of size."""

from __future__ import annotations

from pathlib import Path

from app.tables.encodings import decode
from app.tables.errors import TableEmpty, TableFormat, TableMissing, TableTooLarge, TableUnreadable
from app.tables.model import Table
from app.tables.texts import csv_table, jsonl_table, lines_table
from app.tables.workbook import workbook_tables

SUFFIXES = (".txt", ".md", ".csv", ".tsv", ".xlsx", ".jsonl")
MAX_FILE = 64 * 1024 * 1024


def read_tables(path: Path) -> tuple[Table, ...]:
    """Every table of a file that holds something: one, or one a sheet. Raises TableError."""
    name = str(path)
    try:
        if path.is_dir():
            raise TableUnreadable(name, "是文件夹。请写出里面的文件。")
        if path.stat().st_size > MAX_FILE:
            raise _too_large(name)
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except FileNotFoundError as error:
        raise TableMissing(name, "找不到文件。请检查路径。") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = getattr(error, "strerror", None) or "路径不对"
        raise TableUnreadable(name, f"读不了文件（{why}）。请检查路径和权限。") from error
    return parse_tables(name, path.suffix, data)


def parse_tables(name: str, suffix: str, data: bytes) -> tuple[Table, ...]:
    """The tables in these bytes, read as a file with this suffix. Raises TableError.

    `name` is how messages call the file. Something is found, or TableEmpty is raised.
    """
    if len(data) > MAX_FILE:
        raise _too_large(name)
    kind = suffix.lower()
    if kind not in SUFFIXES:
        what = f"“{suffix}”文件" if suffix else "没有后缀的文件"
        known = "、".join(SUFFIXES)
        raise TableFormat(name, f"读不了{what}。可以读的是 {known}，请另存为其中一种。")
    tables = workbook_tables(name, data) if kind == ".xlsx" else _text_tables(name, kind, data)
    if not tables:
        raise TableEmpty(name, "文件里没有内容。")
    return tables


def _text_tables(name: str, kind: str, data: bytes) -> tuple[Table, ...]:
    text, encoding = decode(name, data)
    if kind == ".jsonl":
        table = jsonl_table(name, text, encoding)
    elif kind in (".csv", ".tsv"):
        table = csv_table(name, text, encoding, "\t" if kind == ".tsv" else None)
    else:
        table = lines_table(name, text, encoding)
    return () if table is None else (table,)


def _too_large(name: str) -> TableTooLarge:
    return TableTooLarge(name, f"超过 {MAX_FILE // 1024 // 1024} MB。请分成几个文件。")
