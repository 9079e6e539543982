"""Phrasebooks on disk: reading a folder, checking it, and holding the last good book."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import NoReturn

import numpy as np

from app import __version__
from app.encoders.book_encoder import for_one_book
from app.engine.encode import Encoder
from app.engine.errors import EncoderError, HuashuError, PhrasebookError
from app.engine.head import Forgetful, Memory
from app.engine.model import FileFinding, Mark, Phrasebook
from app.engine.source import read_book
from app.engine.suggest import Suggester
from app.lint.context import Asked
from app.lint.run import has_errors, lint, step_of

log = logging.getLogger(__name__)

MAX_FILE = 64 * 1024 * 1024


class FolderError(HuashuError):
    """The phrasebook folder can not be read."""


def read_folder(folder: Path) -> Mapping[str, str]:
    """The YAML files below a folder: path relative to it (with /) -> text.

    Hidden files and editors' temporary files are left out. Raises FolderError.
    """
    files: dict[str, str] = {}
    for path in sorted(_paths(folder)):
        relative = path.relative_to(folder)
        if any(part.startswith((".", "~", "#")) for part in relative.parts):
            continue
        files[relative.as_posix()] = _read(path)
    if not files:
        raise FolderError(f"文件夹“{folder}”里没有 .yaml 文件，不是话术库。请检查路径。")
    return files


def _paths(folder: Path) -> Iterator[Path]:
    """Unlike rglob, does not pass in silence over folders that it may not read."""
    for parent, _, names in os.walk(folder, onerror=_unreadable):
        yield from (Path(parent, n) for n in names if n.endswith((".yaml", ".yml")))


def _unreadable(error: OSError) -> NoReturn:
    place = error.filename
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        raise FolderError(
            f"找不到话术库文件夹“{place}”。请用 HUASHU_PHRASEBOOK 指定正确的文件夹。"
        ) from error
    raise FolderError(
        f"读不了话术库文件夹“{place}”（{error.strerror}）。请检查路径和权限。"
    ) from error


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE:
            raise FolderError(f"文件“{path}”超过 64 MB，不像话术库文件。")
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FolderError(f"文件“{path}”不是 UTF-8 编码。请另存为 UTF-8 后再试。") from error
    except OSError as error:
        raise FolderError(f"读不了文件“{path}”（{error.strerror}）。请检查权限。") from error


def check_folder(folder: Path) -> tuple[Phrasebook, tuple[FileFinding, ...]]:
    """The book in a folder with the findings of reading and of the quick rules of lint.

    Raises FolderError.
    """
    return check_files(read_folder(folder))


def load_book(folder: Path) -> Phrasebook:
    """A book without errors. Raises FolderError, or PhrasebookError with the findings."""
    return _good(read_folder(folder))


def read_book_in(folder: Path) -> Phrasebook:
    """A book whose files can be read, whatever lint says. Raises FolderError, PhrasebookError."""
    book, findings = read_book(read_folder(folder))
    if has_errors(findings):
        raise PhrasebookError(findings)
    return book


def check_files(
    files: Mapping[str, str],
    answers: Callable[[Phrasebook], Asked] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Phrasebook, tuple[FileFinding, ...]]:
    """As `check_folder`, of files that are read; with `answers` of every rule (see `lint`)."""
    book, findings = read_book(files)
    ask = (lambda: answers(book)) if answers else None
    found = lint(book, findings, today=date.today(), files=files, ask=ask, progress=progress)
    return book, found


def _good(files: Mapping[str, str]) -> Phrasebook:
    book, findings = check_files(files)
    if has_errors(findings):
        raise PhrasebookError(findings)
    return book


def known_good(files: Mapping[str, str], memory: Memory) -> Phrasebook:
    """As a book without errors, but lint is spared one that passed it before.

    Only when these very files passed it on this day with this very program; reading them is not
    spared. Raises PhrasebookError with the findings.
    """
    key = f"good-{state_of(files)}"
    if memory.read(key) is not None:
        book, findings = read_book(files)
        if not has_errors(findings):
            return book
    book = _good(files)
    memory.write(key, {"good": np.ones(1, np.float32)})
    return book


def _of_shop(book: Phrasebook, shop: str | None) -> Phrasebook:
    """The book, which has to be this shop's unless that is None. Raises PhrasebookError."""
    if shop is None or book.shop_id == shop:
        return book
    if book.shop_mark:
        said = f"书里的店铺编号是“{book.shop_id}”，文件夹名却是“{shop}”。"
        hint = f"请把这里改成 {shop}，或给文件夹改名。"
    else:
        said = f"书里没有写店铺编号，应和文件夹名“{shop}”相同。"
        hint = f"请加上一行 shop: {{id: {shop}}}。"
    mark = book.shop_mark or Mark(".", 1, 1)
    raise PhrasebookError((FileFinding("shop.folder", "error", mark, said, hint),))


def _edited_first(
    error: PhrasebookError, files: Mapping[str, str], good: Mapping[str, str]
) -> PhrasebookError:
    """The same error; of findings that are as far from a cause, those in changed files first.

    Whoever renames an entry makes no error where the entry is, only wherever it is named: what
    was edited since the last good book is the nearest to the cause that there is.
    """

    def key(finding: FileFinding) -> tuple[int, bool]:
        file = finding.mark.file
        return step_of(finding), files.get(file) == good.get(file)

    return PhrasebookError(tuple(sorted(error.findings, key=key)))


def state_of(files: Mapping[str, str]) -> str:
    """Differs when these files, the day or the program that reads and checks them differ."""
    return _digest([*files, *files.values(), date.today().isoformat(), _program()])


@cache
def _program() -> str:
    """Changes with the code that reads and checks books."""
    folder = Path(__file__).parent
    sources = [p for part in ("engine", "lint") for p in sorted((folder / part).rglob("*.py"))]
    stats = [(p.relative_to(folder).as_posix(), p.stat()) for p in sources]
    return _digest([__version__, *(f"{n} {s.st_size} {s.st_mtime_ns}" for n, s in stats)])


def _digest(texts: Sequence[str]) -> str:
    joined = "\0".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


class Bookshelf:
    """The book that is being served, replaced whole and only by a good one.

    `shop` is the id that the book must have; None for any.
    """

    def __init__(
        self,
        folder: Path,
        encoder: Encoder,
        memory: Memory | None = None,
        shop: str | None = None,
    ) -> None:
        self.folder = folder
        self._shop = shop
        self._encoder = encoder
        self._memory = memory or Forgetful()
        self._loading = threading.Lock()
        self._files: Mapping[str, str] | None = read_folder(folder)  # None: not known
        self.current = self._fitted(_of_shop(known_good(self._files, self._memory), shop), None)
        self._served = self._files  # those of the last good book
        self.problem: HuashuError | None = None

    def _fitted(self, book: Phrasebook, before: Suggester | None) -> Suggester:
        return Suggester(book, for_one_book(self._encoder), self._memory, before)

    def reload(self, on_change: Callable[[], None] | None = None) -> bool:
        """Reads the folder again; True when a new book is being served. Never raises.

        A book with errors, or one that can not be read, changes nothing; `problem` says why.
        Cheap while the files are as they were the last time.
        """
        with self._loading:
            try:
                return self._reload(on_change)
            except HuashuError as error:
                self.problem = error
                log.warning("phrasebook not loaded, the last good one stays: %s", error)
                return False

    def _reload(self, on_change: Callable[[], None] | None) -> bool:
        known, self._files = self._files, None
        files = self._files = read_folder(self.folder)
        if files == known:
            return False
        try:
            book = _of_shop(_good(files), self._shop)
        except PhrasebookError as error:
            raise _edited_first(error, files, self._served) from error
        self._served = files
        changed = book.version != self.current.book.version
        if changed:
            self.current = self._fitted(book, self.current)
            log.info("phrasebook %s of shop %s loaded", book.version, book.shop_id)
            if on_change:
                on_change()
        self.problem = None
        return changed

    @property
    def encoder_problem(self) -> str | None:
        """Why messages are matched by characters although an encoder is set; None when not."""
        return self.current.problem or self._encoder.problem

    def recover(self) -> None:
        """Asks an encoder that failed again, and fits the book with its vectors when it answers.

        Never raises: what is wrong still is in `encoder_problem`.
        """
        with self._loading, suppress(EncoderError):
            self._encoder.check()
            if self.current.problem:
                self.current.refit()
                log.info("encoder %s answers again", self._encoder.name)
