"""Several shops in one process, each with a bookshelf of its own.

The default shop is loaded at the start and stays. Any other is loaded when a request names it,
and dropped when none did for a while or when others need its place. Nobody waits for a load but
who asked for it.
"""

from __future__ import annotations

import ctypes
import itertools
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.bookshelf import Bookshelf, FolderError
from app.engine.errors import HuashuError, PhrasebookError
from app.engine.suggest import Suggester
from app.shop_folders import BrokenShop, Look, ShopFolder, ShopFolders, look_at

log = logging.getLogger(__name__)

LOADERS = 2  # shops loaded at once: more would only slow each other, and the requests
GONE = 10.0  # seconds for which a folder may be away while another is moved to its place

State = Literal["loaded", "idle", "broken"]


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many shops are loaded, each until `idle` seconds passed without a request.

    With `watch` files are read again when they have changed.
    """

    most: int = 20
    idle: float = 3600.0
    watch: bool = True


@dataclass(frozen=True, slots=True)
class ShopState:
    """One shop. A loaded one with a problem serves its last good book."""

    id: str
    name: str | None
    state: State
    problem: HuashuError | None


@dataclass(slots=True)
class _Loaded:
    shelf: Bookshelf
    look: Look  # of the files when they were read
    used: tuple[float, int]  # when, and its place among all uses
    changed: Look | None = None  # another look, seen once: files are read when it stays
    gone: float | None = None  # since when there is no folder


class Shops:
    """For any number of threads."""

    def __init__(
        self,
        default: Bookshelf,
        home: Path | None,
        open_shelf: Callable[[Path, str], Bookshelf],
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_load: Callable[[], None] = lambda: None,
        on_reload: Callable[[], None] = lambda: None,
    ) -> None:
        """`open_shelf` gets a folder and an id. Raises FolderError when there is no `home`."""
        self.default = default
        self.folders = ShopFolders(home, default)
        self.folders.all()
        self._open_shelf, self._limits, self._clock = open_shelf, limits, clock
        self._on_load, self._on_reload = on_load, on_reload
        self._lock = threading.Lock()
        self._uses = itertools.count()
        self._loaded: dict[str, _Loaded] = {}
        self._loading: dict[str, Future[Bookshelf]] = {}
        self._loaders = ThreadPoolExecutor(LOADERS, "huashu-shop")

    def at_hand(self, shop: str | None) -> Bookshelf | None:
        """The books of a shop that is loaded (None: the default one), which counts as a use."""
        if shop is None or shop == self.default.current.book.shop_id:
            return self.default
        found = self._loaded.get(shop)
        if found is None:
            return None
        found.used = self._use()
        return found.shelf

    def load(self, shop: str) -> Future[Bookshelf]:
        """The books of a shop: one load for all who ask meanwhile.

        Raises UnknownShop and BrokenShop; `folders.find` tells what can be told at once.
        """
        with self._lock:
            found = self._loading.get(shop)
            if found is None:
                found = self._loading[shop] = self._loaders.submit(self._load, shop)
                found.add_done_callback(lambda _: self._loading.pop(shop, None))
        return found

    def tend(self) -> None:
        """Drops what nobody asks for and what is gone, loads changed files. Every second or so.

        While the folder of the shops can not be read, what is loaded serves on.
        """
        with suppress(FolderError):
            folders, now = self.folders.all(), self._clock()
            idle = [s for s, x in self._items() if now - x.used[0] >= self._limits.idle]
            self._drop(idle, "nobody asks")
            gone = [s for s, x in self._items() if _is_gone(x, folders.get(s), now)]
            self._drop(gone, "no folder")
            for _, loaded in self._items():
                self._look_after(loaded)
            for shop in self.folders.problems():
                self._try_again(shop, folders.get(shop))

    def serving(self) -> list[Suggester]:
        """What answers now, for each shop that is loaded."""
        return [shelf.current for shelf in self._shelves()]

    def states(self) -> list[ShopState]:
        """Every shop, the default one first. Reads the disk. Raises FolderError."""
        found = [_state(self.default)]
        for shop, folder in self.folders.all().items():
            loaded = self._loaded.get(shop)
            if loaded:
                found.append(_state(loaded.shelf))
            else:
                name = self.folders.name(shop, folder.path)
                state: State = "broken" if folder.problem else "idle"
                found.append(ShopState(shop, name, state, folder.problem))
        return found

    def problems(self) -> Mapping[str, HuashuError]:
        """What is wrong with the newest files of shops that were asked for, but the default one."""
        serving = {s: x.shelf.problem for s, x in self._items() if x.shelf.problem}
        return {**self.folders.problems(), **serving}

    @property
    def loaded(self) -> int:
        """How many are loaded besides the default one."""
        return len(self._loaded)

    @property
    def encoder_problem(self) -> str | None:
        """Why messages to any shop are matched by characters although an encoder is set."""
        return next((p for shelf in self._shelves() if (p := shelf.encoder_problem)), None)

    def recover(self) -> None:
        """Asks an encoder that failed again, and when it answers fits every book with vectors."""
        for shelf in self._shelves():
            if shelf.encoder_problem:
                shelf.recover()
                if shelf.encoder_problem:
                    return

    def close(self) -> None:
        """No shop is loaded from now on."""
        self._loaders.shutdown(wait=False, cancel_futures=True)

    def _load(self, shop: str) -> Bookshelf:
        known = self.at_hand(shop)
        if known:
            return known
        folder = self.folders.find(shop)
        look, began = look_at(folder), time.perf_counter()
        try:
            shelf = self._open_shelf(folder, shop)
        except (FolderError, PhrasebookError) as problem:
            self.folders.failed(shop, problem, look)
            log.warning("shop %s can not be loaded: %s", shop, problem)
            raise BrokenShop(shop, problem) from problem
        self.folders.forget(shop)
        self._loaded[shop] = _Loaded(shelf, look, self._use())
        by_use = [s for s, _ in sorted(self._items(), key=lambda item: item[1].used)]
        self._drop(by_use[: -self._limits.most], "others need the place")
        self._on_load()
        log.info("shop %s loaded in %.1f s", shop, time.perf_counter() - began)
        return shelf

    def _look_after(self, loaded: _Loaded) -> None:
        """Reads changed files once they look the same twice: they may just be being written."""
        look = look_at(loaded.shelf.folder)
        if look == loaded.look or not self._limits.watch:
            loaded.changed = None
        elif look != loaded.changed:
            loaded.changed = look
        else:
            loaded.look, loaded.changed = look, None
            loaded.shelf.reload(self._on_reload)

    def _try_again(self, shop: str, folder: ShopFolder | None) -> None:
        """Loads a shop that was broken and has other files now; somebody had asked for it."""
        if folder is None:
            self.folders.forget(shop)
        elif self._limits.watch and not folder.problem:
            self.folders.forget(shop)
            self.load(shop)

    def _drop(self, shops: Sequence[str], why: str) -> None:
        dropped = [shop for shop in shops if self._loaded.pop(shop, None)]
        if dropped:
            log.info("shops dropped (%s): %s", why, ", ".join(dropped))
            _give_back_memory()

    def _use(self) -> tuple[float, int]:
        return self._clock(), next(self._uses)

    def _items(self) -> list[tuple[str, _Loaded]]:
        return list(self._loaded.items())

    def _shelves(self) -> list[Bookshelf]:
        return [self.default, *(x.shelf for _, x in self._items())]


def _state(shelf: Bookshelf) -> ShopState:
    book = shelf.current.book
    return ShopState(book.shop_id, book.shop_name or book.name, "loaded", shelf.problem)


def _is_gone(loaded: _Loaded, folder: ShopFolder | None, now: float) -> bool:
    """Whether a shop has been without a folder for too long."""
    if folder and not folder.problem:
        loaded.gone = None
        return False
    loaded.gone = now if loaded.gone is None else loaded.gone
    return now - loaded.gone >= GONE


def _give_back_memory() -> None:
    """Freed memory goes back to the system; glibc would keep it for the next books."""
    with suppress(OSError, TypeError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
