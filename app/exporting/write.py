"""Rows -> a file: CSV that spreadsheets open, XLSX, JSONL or JSON. Written beside, then renamed."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from app.engine.errors import HuashuError
from app.engine.model import Context, Phrasebook
from app.exporting.rows import (
    CHATWOOT_HEADINGS,
    QA_HEADINGS,
    QIANNIU_HEADINGS,
    Rows,
    chatwoot_rows,
    jsonl_objects,
    qa_rows,
    qianniu_rows,
)

_LONGEST_CELL = 32_767  # of a spreadsheet
_TABLES: Mapping[str, tuple[Sequence[str], Callable[[Phrasebook, Context], Rows]]] = {
    "csv": (QA_HEADINGS, qa_rows),
    "xlsx": (QA_HEADINGS, qa_rows),
    "qianniu": (QIANNIU_HEADINGS, qianniu_rows),
    "chatwoot": (CHATWOOT_HEADINGS, chatwoot_rows),
}
_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "csv": (".csv",),
    "xlsx": (".xlsx",),
    "jsonl": (".jsonl",),
    "chatwoot": (".json", ".csv"),
    "qianniu": (".csv", ".xlsx"),
}


class ExportFailed(HuashuError):
    """The file can not be written; what was there before is untouched."""


def export_book(
    book: Phrasebook, file: Path, wanted: str | None, *, today: date, force: bool = False
) -> int:
    """Writes a book to a file and returns how many entries it holds. Raises ExportFailed.

    Without a format the suffix decides: .csv, .xlsx and .jsonl as they are, .json for Chatwoot.
    An existing file is replaced only with `force`.
    """
    kind = _kind(file, wanted)
    if file.exists() and not force:
        raise ExportFailed(f"文件“{file}”已经存在。请换一个名字，或加 --force 覆盖它。")
    content = _content(book, kind, file.suffix.lower(), Context(today=today))
    try:
        _replace(file, content)
    except OSError as error:
        raise ExportFailed(f"写不了文件“{file}”（{error.strerror}）。请检查路径和权限。") from error
    return len(book.entries)


def _kind(file: Path, wanted: str | None) -> str:
    suffix = file.suffix.lower()
    by_suffix = {".csv": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".json": "chatwoot"}
    kind = wanted or by_suffix.get(suffix)
    if kind is None:
        raise ExportFailed(f"看不出“{file}”是什么格式。后缀请用 {'、'.join(by_suffix)}。")
    if suffix not in _SUFFIXES[kind]:
        suffixes = " 或 ".join(_SUFFIXES[kind])
        raise ExportFailed(f"{kind} 格式的文件后缀应为 {suffixes}，不是“{suffix}”。")
    return kind


def _content(book: Phrasebook, kind: str, suffix: str, context: Context) -> bytes:
    if kind == "jsonl":
        rows = jsonl_objects(book, context)
        return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows).encode()
    headings, make = _TABLES[kind]
    table = list(make(book, context))
    if suffix == ".json":
        listed = [dict(zip(headings, row, strict=True)) for row in table]
        return (json.dumps(listed, ensure_ascii=False, indent=2) + "\n").encode()
    return _xlsx(headings, table) if suffix == ".xlsx" else _csv(headings, table)


def _csv(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """With a byte order mark: without one, Excel on a Chinese Windows takes UTF-8 for GBK."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("话术")
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        bold = workbook.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.set_column(column, column, 60 if heading in ("答案", "内容", "content") else 20)
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if len(cell) > _LONGEST_CELL:
                    raise ExportFailed(
                        f"“{row[0]}”的“{headings[column]}”超过 {_LONGEST_CELL} 个字，"
                        "一个格子放不下。请导出成 CSV 或 JSONL。"
                    )
                sheet.write_string(number, column, cell, wrapped)  # never a formula
    return content.getvalue()


def _replace(file: Path, content: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".export-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
        Path(draft).chmod(mode)
        Path(draft).replace(file)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
