"""Lines put into the files of a book, as a trainer would write them: nothing else changes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.engine.errors import HuashuError
from app.engine.model import Phrasebook
from app.importing.model import Item, Place
from app.importing.splice import CanNotSplice, with_asks, with_entries, with_near_misses
from app.importing.yaml_text import entry_text, scalar
from app.proposing.lines import BookLine, of_kind

ENTRIES = "learned_entries.yaml"
REWRITES = "learned_rewrites.yaml"


class CanNotPatch(HuashuError):
    """A file can not take the lines as it is written."""


@dataclass(frozen=True, slots=True)
class Files:
    """The texts of a book by path, as `read_folder` gives them, with the book that they are.

    `source` says where new entries come from; `modeline` is the first line of new files, or "".
    """

    texts: Mapping[str, str]
    book: Phrasebook
    source: str
    modeline: str = ""


def patched(files: Files, lines: Sequence[BookLine]) -> dict[str, str]:
    """The texts of the files that change. Raises CanNotPatch."""
    changed: dict[str, str] = {}
    asks = {n: [line.text for line in some] for n, some in of_kind(lines, "ask").items()}
    misses = {
        name: [(line.text, line.belongs) for line in some]
        for name, some in of_kind(lines, "near_miss").items()
    }
    for entry in files.book.entries:
        file = entry.mark.file
        text = changed.get(file, files.texts.get(file, ""))
        try:
            if entry.id in asks:
                text = with_asks(text, {entry.id: asks[entry.id]})
            if entry.id in misses:
                text = with_near_misses(text, {entry.id: misses[entry.id]})
        except CanNotSplice as error:
            raise CanNotPatch(
                f"文件“{file}”里条目 {entry.id} 的 asks 或 near_misses 不是普通的列表，没法添加。"
                "请把它改成每行一条“- ”的列表。"
            ) from error
        if entry.id in asks or entry.id in misses:
            changed[file] = text
    for name, some in of_kind(lines, "entry").items():
        _append(files, changed, ENTRIES, "entries", _entry(name, some, files.source))
    for name, some in of_kind(lines, "rewrite").items():
        _append(files, changed, REWRITES, "rewrites", _rewrite(name, some, files.source))
    return changed


def _append(files: Files, changed: dict[str, str], file: str, section: str, item: str) -> None:
    text = changed.get(file, files.texts.get(file))
    if text is None:
        head = f"{files.modeline}\n" if files.modeline else ""
        changed[file] = f"{head}{section}:\n{item}"
        return
    try:
        changed[file] = with_entries(text, section, f"\n{item}")
    except CanNotSplice as error:
        raise CanNotPatch(
            f"文件“{file}”的最后不是 {section} 的列表，没法添加。请把别的内容移到别的文件里。"
        ) from error


def _entry(name: str, lines: Sequence[BookLine], source: str) -> str:
    asks = tuple(line.text for line in lines)
    item = Item(Place("", 1), name, lines[0].title or asks[0], asks, lines[0].reply or None)
    return entry_text(item, source)


def _rewrite(name: str, lines: Sequence[BookLine], source: str) -> str:
    first = lines[0]
    old = ", ".join(scalar(line.text) for line in lines)
    said = {
        "title": f"{first.text}→{first.reply}",
        "kind": "word",
        "habitual": f"[{old}]",
        "professional": scalar(first.reply),
        "reason": "客服发送前常这样改。",
        "source": scalar(source),
    }
    fields = "".join(f"    {key}: {value}\n" for key, value in said.items())
    specs = "".join(
        f"      - {{from: {scalar(line.text)}, to: {scalar(first.reply)}}}\n" for line in lines
    )
    return f"  - id: {scalar(name)}\n{fields}    specs:\n{specs}"


def diff_of(files: Files, changed: Mapping[str, str]) -> Iterator[str]:
    """The unified diff of each file that changes, line by line, without line ends."""
    for file, text in sorted(changed.items()):
        before = files.texts.get(file, "").splitlines()
        old = f"a/{file}" if file in files.texts else "/dev/null"
        yield from difflib.unified_diff(
            before, text.splitlines(), old, f"b/{file}", n=1, lineterm=""
        )
