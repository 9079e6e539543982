"""A plan carried out in the folder of a book: asks spliced in, new entries in a file of their own.

All or nothing: the book that would result is read and checked first; see
app/book_files.py for how files are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from app.book_files import FilesNotWritten, write_files
from app.bookshelf import read_folder
from app.engine.model import FileFinding, Phrasebook
from app.engine.source import read_book
from app.importing.merge import Plan
from app.importing.model import Finding, ImportFailed, Item, refused
from app.importing.new_book import source_of
from app.importing.splice import CanNotSplice, with_asks
from app.importing.yaml_text import entry_text
from app.lint.run import has_errors, lint

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Change:
    """The texts of the files that an import changes, by their path in the folder."""

    files: Mapping[str, str]
    hints: int  # of lint, more than before


def change_of(folder: Path, book: Phrasebook, plan: Plan, *, today: date) -> Change:
    """What the plan would write. Raises ImportFailed when the result would not be a good book."""
    known = read_folder(folder)
    files = dict(_edited(folder, book, plan))
    new = plan.of("new")
    name = ""
    lines: dict[int, Item] = {}
    if new:
        name = _free_name(plan.reading.file, known)
        files[name], lines = _entries(plan, [outcome.item for outcome in new])
    if not files:
        return Change({}, 0)
    after = {**known, **{file: text.removeprefix(_BOM) for file, text in files.items()}}
    result, problems = read_book(after)
    found = lint(result, problems, today=today, files=after)
    if has_errors(found):
        raise _not_good(found, name, lines)
    if not _as_planned(result, plan):
        raise ImportFailed("有的文字没法原样写进话术库，没有写入任何内容。请检查问法里的特殊字符。")
    before = lint(*read_book(known), today=today, files=known)
    return Change(files, max(0, len(found) - len(before)))


def write_change(folder: Path, change: Change) -> None:
    """Writes the files of a change, all or none. Raises ImportFailed."""
    try:
        write_files(folder, change.files)
    except FilesNotWritten as error:
        raise ImportFailed(str(error)) from error


def _edited(folder: Path, book: Phrasebook, plan: Plan) -> Iterator[tuple[str, str]]:
    """The files whose entries gain asks. Line ends and byte order marks stay."""
    added = plan.added()
    files = dict.fromkeys(entry.mark.file for entry in book.entries if added.get(entry.id))
    for file in files:
        text = (folder / file).read_bytes().decode("utf-8")
        mark = _BOM if text.startswith(_BOM) else ""
        try:
            yield file, mark + with_asks(text.removeprefix(_BOM), added)
        except CanNotSplice as error:
            raise ImportFailed(
                f"文件“{file}”里有条目的 asks 不是普通的列表，没法添加问法，没有写入任何内容。"
                "请把它改成每行一条“- ”的列表。"
            ) from error


def _free_name(file: str, known: Mapping[str, str]) -> str:
    stem = re.sub(r"[^\w-]+", "_", PurePosixPath(file).stem).strip("_") or "imported"
    folder = "entries/" if any(name.startswith("entries/") for name in known) else ""
    names = (f"{folder}{stem}{'' if n == 1 else f'_{n}'}.yaml" for n in range(1, len(known) + 3))
    return next(name for name in names if name not in known)


def _entries(plan: Plan, items: list[Item]) -> tuple[str, dict[int, Item]]:
    """The text of new entries, and at which line each of them begins."""
    parts = ["entries:"]
    lines: dict[int, Item] = {}
    line = 2
    for item in items:
        text = entry_text(item, source_of(item, plan.reading) or plan.reading.file)
        lines[line] = item
        line += text.count("\n") + 1
        parts.append(text)
    return "\n".join(parts), lines


def _not_good(found: tuple[FileFinding, ...], name: str, lines: Mapping[int, Item]) -> ImportFailed:
    """Why the book would not load; errors of new entries name their rows."""
    errors = [finding for finding in found if finding.severity == "error"]
    told: list[Finding] = []
    for error in errors:
        starts = [line for line in lines if line <= error.mark.line]
        if error.mark.file == name and starts:
            said = f"{error.message}{error.hint}（{error.rule_id}）"
            place = lines[max(starts)].place
            told.append(Finding("import.book-refuses", "error", place, said))
    if len(told) == len(errors):
        return refused(tuple(told))
    shown = "\n".join(map(str, errors[:20]))
    return ImportFailed(f"导入后话术库会有 {len(errors)} 处错误，没有写入任何内容：\n{shown}")


def _as_planned(result: Phrasebook, plan: Plan) -> bool:
    asks = {entry.id: [ask.text for ask in entry.asks] for entry in result.entries}
    new = all(asks.get(o.entry_id) == list(o.asks) for o in plan.of("new"))
    return new and all(
        asks.get(name, [])[-len(added) :] == list(added) for name, added in plan.added().items()
    )
