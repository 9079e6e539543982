"""A phrasebook of its own from what was read: written beside, checked, then renamed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.engine.source import read_book
from app.importing.model import ImportFailed, Item, Reading
from app.importing.names import new_id
from app.importing.yaml_text import entry_text, scalar


def must_be_free(to: Path) -> None:
    """Raises ImportFailed when the folder holds something, or can not be one."""
    try:
        taken = to.exists() and (not to.is_dir() or any(to.iterdir()))
    except OSError as error:
        raise ImportFailed(f"用不了文件夹“{to}”（{error.strerror}）。请换一个。") from error
    if taken:
        raise ImportFailed(f"“{to}”已经存在且不为空。请换一个文件夹，以免覆盖。")


def named(items: Sequence[Item], taken: set[str]) -> tuple[Item, ...]:
    """The items, each with an id that is not taken. Adds the ids to `taken`."""
    taken.update(item.id for item in items)
    found = []
    for item in items:
        name = item.id or new_id(item.title, taken)
        taken.add(name)
        found.append(replace(item, id=name))
    return tuple(found)


def source_of(item: Item, reading: Reading) -> str:
    """Where an entry comes from; empty for JSONL, whose ids say it."""
    if reading.format == "jsonl":
        return ""
    category = f"；分类：{item.category}" if item.category else ""
    return f"{reading.file} {item.place}{category}"


def write_book(reading: Reading, to: Path) -> tuple[int, int]:
    """Writes the items to a new folder. Returns (entries, asks). Raises ImportFailed.

    A failure leaves nothing behind.
    """
    must_be_free(to)
    items = named(reading.items, set())
    name = to.resolve().name
    called = scalar(name)
    files = {
        "book.yaml": f"book:\n  name: {called}\nshop:\n  id: default\n  name: {called}\n",
        "entries.yaml": "entries:\n" + "\n".join(
            entry_text(item, source_of(item, reading)) for item in items
        ),
    }  # fmt: skip
    _check(files, items)
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=to.parent, prefix=".import-") as draft:
            for name, text in files.items():
                (Path(draft) / name).write_text(text, encoding="utf-8")
            to.mkdir(exist_ok=True)
            for name in files:
                (Path(draft) / name).replace(to / name)
    except OSError as error:
        raise ImportFailed(f"写不了文件夹“{to}”（{error.strerror}）。请检查权限。") from error
    return len(items), sum(len(item.asks) for item in items)


def _check(files: dict[str, str], items: Sequence[Item]) -> None:
    """What is written reads back as what was meant."""
    book, findings = read_book(files)
    asks = [tuple(ask.text for ask in entry.asks) for entry in book.entries]
    if findings or asks != [item.asks for item in items]:
        shown = "\n".join(map(str, findings[:20]))
        raise ImportFailed(f"有的文字没法原样写成话术库，没有写入任何内容。\n{shown}")
