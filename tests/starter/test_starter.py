"""A new book lints clean, passes its own test, answers, and never overwrites."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bookshelf import load_book
from app.starter import starter_files
from tests.commands.conftest import Huashu


def test_a_new_book_is_clean_and_passes(huashu: Huashu, tmp_path: Path) -> None:
    assert huashu("new", "shops/mine").status == 0
    linted = huashu("lint", "shops/mine")
    assert (linted.status, linted.out.strip()) == (0, "没有问题。")
    assert "，0 处提示" in linted.err
    for encoder in ("none", "bundled"):
        assert "全部相符" in huashu("test", "shops/mine", HUASHU_ENCODER=encoder).out
    book = load_book(tmp_path / "shops" / "mine")
    assert len(book.entries) == 6
    for part in (book.facts, book.greetings, book.closings, book.policies, book.rewrites,
                 book.out_of_scope, book.cases):  # fmt: skip
        assert part
    told = huashu("suggest", "请问多久能发货呀", "--phrasebook", "shops/mine", "--json").json()
    assert told["suggestions"][0]["entry_id"] == "shipping.when"


@pytest.mark.parametrize("name", [n for n in starter_files() if n.endswith(".yaml")])
def test_every_file_explains_itself(name: str) -> None:
    lines = starter_files()[name].splitlines()
    assert any(line.lstrip().startswith("#") and "。" in line for line in lines[1:])


def test_nothing_is_overwritten(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").write_text("x")
    for taken in ("mine", "mine/a.txt", "book"):
        assert "不为空" in huashu("new", taken).refused()
    assert "写不了" in huashu("new", "mine/a.txt/b").refused()
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["a.txt"]
    (tmp_path / "empty").mkdir()
    assert huashu("new", "empty").status == 0
