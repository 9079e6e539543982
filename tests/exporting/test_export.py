"""A book for other tools, and back: asks and entries stay."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.bookshelf import load_book
from app.engine.model import Context
from app.exporting import export_book, plain_reply
from app.importing import read_file, write_book
from app.settings import ROOT
from app.tables import read_tables
from tests.commands.conftest import Huashu

TODAY = date(2026, 11, 22)
BOOK = load_book(ROOT / "phrasebook")


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.jsonl"])
def test_the_shipped_book_comes_back(tmp_path: Path, name: str) -> None:
    export_book(BOOK, tmp_path / name, None, today=TODAY)
    found = read_file(tmp_path / name)
    assert not found.errors
    write_book(found, tmp_path / "again")
    again = load_book(tmp_path / "again")
    assert [e.id for e in again.entries] == [e.id for e in BOOK.entries]
    assert [e.title for e in again.entries] == [e.title for e in BOOK.entries]
    assert [[a.text for a in e.asks] for e in again.entries] == [
        [a.text for a in e.asks] for e in BOOK.entries
    ]
    context = Context(today=TODAY)
    assert [plain_reply(e, again, context) for e in again.entries] == [
        plain_reply(e, BOOK, context) for e in BOOK.entries
    ]
    if name != "a.jsonl":
        assert [e.stage for e in again.entries] == [e.stage for e in BOOK.entries]


def test_what_was_exported_is_all_known_to_the_book(huashu: Huashu, tmp_path: Path) -> None:
    assert huashu("export", "book", "a.xlsx").status == 0
    ended = huashu("import", "a.xlsx", "--into", "book")
    assert "新增 0，并入 0" in ended.out
    assert "没有要改的文件" in ended.out


def test_replies_have_facts_and_named_variables(tmp_path: Path) -> None:
    export_book(BOOK, tmp_path / "a.json", None, today=TODAY)
    listed = json.loads((tmp_path / "a.json").read_text("utf-8"))
    text = "".join(item["content"] for item in listed)
    assert "{{" not in text
    assert "3–5天" in text
    assert "〔商品名〕" in text
    found = read_file(tmp_path / "a.json")
    assert found.format == "chatwoot"
    assert [item.id for item in found.items] == [e.id for e in BOOK.entries]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_quick_phrases(tmp_path: Path, name: str) -> None:
    export_book(BOOK, tmp_path / name, "qianniu", today=TODAY)
    (table,) = read_tables(tmp_path / name)
    assert table.headings == ("分组", "快捷编码", "快捷短语", "内容")
    found = read_file(tmp_path / name)
    assert found.format == "qianniu"
    assert [i.title for i in found.items] == [e.title for e in BOOK.entries]


def test_a_file_is_not_overwritten(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    assert "--force" in huashu("export", "book", "a.csv").refused()
    assert (tmp_path / "a.csv").read_text() == "x"
    assert huashu("export", "book", "a.csv", "--force").status == 0
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".export")]


def test_what_can_not_be_written(huashu: Huashu) -> None:
    assert "看不出" in huashu("export", "book", "a.doc").refused()
    assert "后缀应为 .jsonl" in huashu("export", "book", "a.csv", "--format", "jsonl").refused()
    assert "写不了文件" in huashu("export", "book", "no/where/a.csv").refused()
    assert "找不到" in huashu("export", "nowhere", "a.csv").refused()
