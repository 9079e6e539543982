"""A foreign file -> what it holds and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.importing.chatwoot import canned_responses
from app.importing.dialogue import read_dialogue
from app.importing.jsonl import read_jsonl
from app.importing.model import ImportFailed, Item, Reading
from app.importing.rows import Progress, read_rows
from app.tables import Table, read_tables

FORMATS = ("qa", "jsonl", "chatwoot", "qianniu", "dialogue")


def read_file(
    file: Path,
    kind: str | None = None,
    asks: int | None = None,
    progress: Progress = lambda done, total: None,
) -> Reading:
    """Reads a file as `kind`, or as what its suffix and headings say.

    `asks` keeps only the first so many wordings of each item; `progress` is called with (rows
    done, rows in all). Raises ImportFailed or TableError when the file can not be read at all.
    """
    suffix = file.suffix.lower()
    found = kind or {".jsonl": "jsonl", ".txt": "dialogue", ".md": "dialogue"}.get(suffix)
    if found == "jsonl":
        items, findings = read_jsonl(file, asks)
        return Reading(file.name, found, items, findings)
    if found == "dialogue":
        items, findings = read_dialogue(_lines(file))
    elif suffix == ".json":
        found, items, findings = read_rows((canned_responses(file),), "chatwoot", progress)
    else:
        found, items, findings = read_rows(read_tables(file), found, progress)
    if not items and not any(f.severity == "error" for f in findings):
        raise ImportFailed(f"文件“{file}”里没有可以导入的内容。请检查是不是选错了文件。")
    return Reading(file.name, found, tuple(_at_most(item, asks) for item in items), findings)


def _lines(file: Path) -> Table:
    if file.suffix.lower() not in (".txt", ".md"):
        raise ImportFailed(f"“{file}”不是文本文件。对话请存成 .txt。")
    return read_tables(file)[0]


def _at_most(item: Item, asks: int | None) -> Item:
    return item if asks is None else replace(item, asks=item.asks[:asks])
