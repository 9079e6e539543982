"""The folder that holds one folder a shop, named by the shop's id: what is there, what is wrong.

An id from a request is only ever compared with the names that are there: no path is made of it.
A folder that is a link is refused, so that nothing outside is read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.bookshelf import Bookshelf, FolderError, read_folder
from app.engine.errors import HuashuError
from app.engine.source import read_book

NAMED = 10  # shops that are told to who asks for an unknown one

_ID = re.compile(r"[\w.-]{1,100}")
# The sections that say how book and shop are called, each up to the next one.
_NAMES = re.compile(r"^(?:book|shop):.*\n?(?:(?:[ \t#].*)?\n)*(?:[ \t#].*)?", re.MULTILINE)

# Path, inode, bytes, and when it was changed (ns), of folders and files.
Look = tuple[tuple[str, int, int, int, int], ...]


class UnknownShop(HuashuError):
    """There is no shop with this id. The text says which there are."""

    def __init__(self, shop: str, known: Sequence[str]) -> None:
        said = f"没有编号为“{shop[:60]}”的店铺"
        if len(known) == 1:
            said += f"，本服务的店铺是“{known[0]}”。"
        else:
            some = "、".join(f"“{s}”" for s in known[:NAMED])
            said += f"，现有{some}{f'等 {len(known)} 家' if len(known) > NAMED else ''}。"
        super().__init__(f"{said}请检查 shop 字段。")


class BrokenShop(HuashuError):
    """A shop whose book can not be loaded.

    Attributes:
        problem: what is wrong with its files.
    """

    def __init__(self, shop: str, problem: HuashuError) -> None:
        self.problem = problem
        super().__init__(f"店铺“{shop}”现在不能用。{problem}")


@dataclass(frozen=True, slots=True)
class ShopFolder:
    """A shop's folder, and why its book can not be loaded, as far as that is known."""

    path: Path
    problem: HuashuError | None


@dataclass(frozen=True, slots=True)
class _Failure:
    """How a load ended. `day`: facts expire."""

    problem: HuashuError
    look: Look
    day: date


class ShopFolders:
    """The shops but the default one, which goes before a folder of the same name.

    For any number of threads; everything but `problems` reads the disk.
    """

    def __init__(self, home: Path | None, default: Bookshelf) -> None:
        """`home` None: there are no others."""
        self._home, self._default = home, default
        self._failures: dict[str, _Failure] = {}
        self._names: dict[str, tuple[Look, str | None]] = {}

    def all(self) -> dict[str, ShopFolder]:
        """Id -> folder, by id. Raises FolderError."""
        if not self._home:
            return {}
        own, home = self._default.folder.resolve(), self._home.resolve()
        left_out = {self._default.current.book.shop_id, own.name if own.parent == home else ""}
        found = _listed(self._home)
        return {s: self._judged(s, found[s]) for s in sorted(found.keys() - left_out)}

    def find(self, shop: str) -> Path:
        """Where a shop's files are. Raises UnknownShop, and BrokenShop when a load is in vain."""
        try:
            folders = self.all()
        except FolderError as problem:
            raise BrokenShop(shop, problem) from problem
        found = folders.get(shop)
        if found is None:
            raise UnknownShop(shop, [self._default.current.book.shop_id, *folders])
        if found.problem:
            raise BrokenShop(shop, found.problem)
        return found.path

    def failed(self, shop: str, problem: HuashuError, look: Look) -> None:
        """Notes that files which looked like this could not be loaded."""
        self._failures[shop] = _Failure(problem, look, date.today())

    def forget(self, shop: str) -> None:
        """Forgets that files could not be loaded."""
        self._failures.pop(shop, None)

    def problems(self) -> Mapping[str, HuashuError]:
        """How the last load of each shop failed that has not been loaded since."""
        return {shop: failure.problem for shop, failure in list(self._failures.items())}

    def name(self, shop: str, folder: Path) -> str | None:
        """How a shop calls itself, else its book; None when the files do not say it plainly."""
        look = look_at(folder)
        known = self._names.get(shop)
        if known is None or known[0] != look:
            known = self._names[shop] = look, _name_in(folder)
        return known[1]

    def _judged(self, shop: str, folder: ShopFolder) -> ShopFolder:
        failure = self._failures.get(shop)
        if folder.problem or not failure:
            return folder
        same = (failure.look, failure.day) == (look_at(folder.path), date.today())
        return ShopFolder(folder.path, failure.problem if same else None)


def look_at(folder: Path) -> Look:
    """What differs when the files of a book differ; they are not read. () without a folder."""
    found = []
    for parent, _, names in os.walk(folder):
        books = (Path(parent, n) for n in names if n.endswith((".yaml", ".yml")))
        for path in (Path(parent), *books):
            try:
                s = path.stat()
            except OSError:
                continue  # gone since it was listed; the next look shows it
            found.append((str(path), s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns))
    return tuple(sorted(found))


def _listed(home: Path) -> dict[str, ShopFolder]:
    try:
        with os.scandir(home) as entries:
            return {e.name: _folder(e) for e in entries if _is_meant(e)}
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FolderError(
            f"找不到店铺文件夹“{home}”。请用 HUASHU_SHOPS 指定一个文件夹，里面每家店铺一个文件夹。"
        ) from error
    except OSError as error:
        raise FolderError(
            f"读不了店铺文件夹“{home}”（{error.strerror}）。请检查 HUASHU_SHOPS 和权限。"
        ) from error


def _is_meant(entry: os.DirEntry[str]) -> bool:
    """Folders, but hidden ones and those whose names are no text."""
    is_text = entry.name.encode("utf-8", "ignore").decode() == entry.name
    return is_text and not entry.name.startswith((".", "~", "#")) and entry.is_dir()


def _folder(entry: os.DirEntry[str]) -> ShopFolder:
    said = None
    if not _ID.fullmatch(entry.name):
        said = (
            f"文件夹名“{entry.name}”不能作店铺编号。"
            "请用字母、数字、汉字、点、下划线或短横，不留空格，最长 100 个字符。"
        )
    elif not entry.is_dir(follow_symlinks=False):
        said = f"文件夹“{entry.name}”是一个链接，不能用。请把话术库放进真正的文件夹。"
    return ShopFolder(Path(entry.path), FolderError(said) if said else None)


def _name_in(folder: Path) -> str | None:
    try:
        texts = read_folder(folder)
    except FolderError:
        return None
    said = {name: "".join(_NAMES.findall(text)) for name, text in texts.items()}
    said = {name: text for name, text in said.items() if text}
    book, _ = read_book(said)
    return (book.shop_name or book.name) if said else None
