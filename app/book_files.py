"""The files of a phrasebook changed on disk: all of them or none, line ends as they were.

Files are written beside, then renamed, and put back when one of them can not be.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from app.engine.errors import HuashuError

BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_ENDS = re.compile(r"\r\n|\r")


class FilesNotWritten(HuashuError):
    """The files of the book can not be written; all are as they were."""


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Writes files (path in the folder -> text as it shall stand there). Raises FilesNotWritten."""
    done: list[tuple[Path, Path | None]] = []
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".huashu-") as draft:
            staged = [_stage(folder, Path(draft), n, file) for n, file in enumerate(files.items())]
            try:
                for path, new, old in staged:
                    done.append((path, old))
                    new.replace(path)
            except OSError:
                _put_back(done)
                raise
    except OSError as error:
        raise FilesNotWritten(
            f"写不了话术库文件夹“{folder}”（{error.strerror}）。没有改动，请检查权限。"
        ) from error


def _stage(
    folder: Path, draft: Path, number: int, file: tuple[str, str]
) -> tuple[Path, Path, Path | None]:
    """(where it goes, the new file, a copy of the old one or None)."""
    path = (folder / file[0]).resolve()
    new = draft / f"{number}.new"
    new.write_text(file[1], encoding="utf-8", newline="")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        return path, new, None
    shutil.copymode(path, new)
    return path, new, Path(shutil.copy2(path, draft / f"{number}.old"))


def _put_back(done: list[tuple[Path, Path | None]]) -> None:
    for path, old in reversed(done):
        if old is None:
            path.unlink(missing_ok=True)
        else:
            old.replace(path)


def as_it_stood(raw: str, text: str) -> str:
    """`text`, whose lines end in a line feed, with the line ends and the mark of the file `raw`.

    Lines that both have keep theirs; a new line gets that of the line whose place it takes.
    """
    mark = BOM if raw.startswith(BOM) else ""
    before = [line for line in _LINE.findall(raw.removeprefix(BOM)) if line]
    old = [_ENDS.sub("\n", line) for line in before]
    new = re.findall(r"[^\n]*\n|[^\n]+", text)
    return mark + "".join(_lines(before, old, new))


def _lines(before: list[str], old: list[str], new: list[str]) -> Iterator[str]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from before[a:b]
            continue
        for number, line in enumerate(new[c:d], a):
            near = before[min(number, max(a, b - 1), len(before) - 1)] if before else "\n"
            end = "\r\n" if near.endswith("\r\n") else "\r" if near.endswith("\r") else "\n"
            yield line.removesuffix("\n") + end if line.endswith("\n") else line
