"""The files of `book/` written to a new folder, with the schema that editors complete by."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from app.book_schema import SCHEMA_FILE, modeline, schema_text
from app.engine.errors import HuashuError

_BOOK = Path(__file__).parent / "book"


class StarterFailed(HuashuError):
    """The new book can not be written; nothing is left behind."""


def starter_files() -> Mapping[str, str]:
    """The files of the new book: path with / -> text."""
    files = {
        path.relative_to(_BOOK).as_posix(): path.read_text("utf-8")
        for path in sorted(_BOOK.rglob("*.yaml"))
    }
    return {
        **{name: f"{modeline(name)}\n{text}" for name, text in files.items()},
        SCHEMA_FILE: schema_text(),
    }


def write_starter(to: Path) -> None:
    """Writes the book to a folder that does not exist or is empty. Raises StarterFailed."""
    try:
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise StarterFailed(f"“{to}”已经存在且不为空。请换一个文件夹，以免覆盖。")
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=to.parent, prefix=".new-") as draft:
            whole = Path(draft) / "book"
            for name, text in starter_files().items():
                path = whole / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            whole.replace(to)  # an empty folder gives way to it
    except OSError as error:
        raise StarterFailed(
            f"写不了文件夹“{to}”（{error.strerror}）。请检查路径和权限。"
        ) from error
