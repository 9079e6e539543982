"""The shops themselves, tended by hand: when files are read, and when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bookshelf import Bookshelf
from app.engine.encode import NoEncoder
from app.shops import Limits, Shops
from tests.web.many_shops import write_entries, write_shop
from tests.web.small_book import BROKEN, ENTRIES, write_book

NEWER = ENTRIES.replace("}}发出。", "}}一定发出。")


class Counted:
    """Shops without an encoder, and how often one was loaded and read again."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "shops"
        write_shop(self.home, "a")
        self.loads = self.reloads = 0
        self.shops = Shops(
            Bookshelf(write_book(folder / "book"), NoEncoder()),
            self.home,
            lambda place, shop: Bookshelf(place, NoEncoder(), shop=shop),
            Limits(),
            on_load=self._loaded,
            on_reload=self._reloaded,
        )

    def _loaded(self) -> None:
        self.loads += 1

    def _reloaded(self) -> None:
        self.reloads += 1


@pytest.fixture
def counted(tmp_path: Path) -> Counted:
    return Counted(tmp_path)


def test_a_shop_that_is_loaded_is_not_loaded_again(counted: Counted) -> None:
    first = counted.shops.load("a").result()
    assert counted.shops.load("a").result() is first
    assert counted.loads == 1


def test_files_are_read_when_they_have_settled(counted: Counted) -> None:
    shelf = counted.shops.load("a").result()
    for text in (BROKEN, BROKEN + " ", ENTRIES, BROKEN, NEWER):  # as while a trainer writes
        write_entries(counted.home / "a", text)
        counted.shops.tend()
        assert shelf.problem is None
        assert counted.reloads == 0
    counted.shops.tend()
    assert counted.reloads == 1
    counted.shops.tend()
    counted.shops.tend()
    assert counted.reloads == 1


def test_nothing_is_loaded_after_the_end(counted: Counted) -> None:
    shelf = counted.shops.load("a").result()
    counted.shops.close()
    assert counted.shops.at_hand("a") is shelf
    with pytest.raises(RuntimeError):
        counted.shops.load("a")
