"""What is kept between starts: used when it fits, harmless when it is damaged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from app.bookshelf import Bookshelf, known_good, read_folder
from app.engine import head
from app.engine.encode import NoEncoder
from app.engine.errors import PhrasebookError
from app.engine.model import Context
from app.fit_files import KEPT, FitFiles
from tests.web.small_book import BROKEN, write_book


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path / "book")


def answers(book: Path, memory: FitFiles) -> list[tuple[str, float]]:
    shelf = Bookshelf(book, NoEncoder(), memory)
    answer = shelf.current.suggest(
        ["怎么还不发货", "可以退货吗"], Context(today=date(2026, 1, 5)), explain=True
    )
    return [(s.entry_id, s.confidence) for s in answer.suggestions]


def test_what_was_read_is_what_was_written(tmp_path: Path) -> None:
    files = FitFiles(tmp_path / "not" / "there" / "yet")
    assert files.read("a") is None
    files.write("a", {"x": np.arange(6, dtype=np.float32).reshape(2, 3)})
    known = files.read("a")
    assert known is not None
    assert known["x"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_the_second_start_fits_nothing(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FitFiles(tmp_path / "cache")
    first = answers(book, files)
    monkeypatch.delattr(head, "_fitted")
    assert answers(book, files) == first


@pytest.mark.parametrize(
    "damage", [b"", b"PK\x03\x04 not a zip", b"\x00" * 5000], ids=["empty", "no zip", "zeros"]
)
def test_a_damaged_file_is_computed_anew(book: Path, tmp_path: Path, damage: bytes) -> None:
    files = FitFiles(tmp_path / "cache")
    first = answers(book, files)
    for kept in (tmp_path / "cache").iterdir():
        kept.write_bytes(damage)
    assert answers(book, files) == first


def test_weights_of_another_shape_are_not_used(book: Path, tmp_path: Path) -> None:
    files = FitFiles(tmp_path / "cache")
    first = answers(book, files)
    for kept in (tmp_path / "cache").glob("[!g]*.fit.npz"):
        np.savez(kept, dense=np.ones((1, 1), np.float32), grams=np.ones((1, 1), np.float32))
    assert answers(book, files) == first


def test_a_folder_that_can_not_be_written_is_no_error(book: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", "utf-8")
    assert answers(book, FitFiles(tmp_path / "cache"))


def test_old_files_go(tmp_path: Path) -> None:
    files = FitFiles(tmp_path)
    for number in range(KEPT + 5):
        files.write(f"{number}", {"x": np.zeros(1, np.float32)})
    assert len(list(tmp_path.iterdir())) == KEPT


def test_a_book_is_good_only_with_these_files(book: Path, tmp_path: Path) -> None:
    files = FitFiles(tmp_path / "cache")
    assert (
        known_good(read_folder(book), files).version == known_good(read_folder(book), files).version
    )
    (book / "entries.yaml").write_text(BROKEN, "utf-8")
    for _ in range(2):
        with pytest.raises(PhrasebookError):
            known_good(read_folder(book), files)
