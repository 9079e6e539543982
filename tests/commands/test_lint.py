"""huashu lint: 0 clean, 1 errors, 2 could not run; as text, JSON, SARIF, GitHub annotations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Huashu, run
from tests.web.small_book import BROKEN, BROKEN_PLACE, ENTRIES


def test_the_shipped_book_is_clean(tmp_path: Path) -> None:
    ended = run(tmp_path, "lint", ROOT / "phrasebook", "--json")
    assert ended.status == 0
    assert [f for f in json.loads(ended.out) if f["severity"] == "error"] == []


def test_a_clean_book(huashu: Huashu) -> None:
    ended = huashu("lint")
    assert (ended.status, ended.out) == (0, "没有问题。\n")
    assert "4 个条目，10 条问法" in ended.err
    assert huashu("lint", "--sarif").json()["runs"][0]["results"] == []


def test_suggestions_alone_are_clean(huashu: Huashu, tmp_path: Path) -> None:
    asks = ", ".join(f"{thing}的尺码怎么看" for thing in "衣裤鞋帽袜裙巾带包表镜伞")
    text = ENTRIES.replace("[可以开发票吗, 能开票吗, 怎么开发票]", f"[{asks}]")
    (tmp_path / "book" / "entries.yaml").write_text(text, encoding="utf-8")
    found = huashu("lint", "--json").json()
    assert {(f["severity"], f["rule_id"]) for f in found} == {("suggestion", "ask.too_few")}


@pytest.fixture
def broken(tmp_path: Path, huashu: Huashu) -> Path:
    file = tmp_path / "book" / "entries.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    return file


def test_a_broken_book(huashu: Huashu, broken: Path) -> None:
    ended = huashu("lint", "book")
    assert ended.status == 1
    assert f"{BROKEN_PLACE}: error [yaml.syntax]" in ended.out
    assert "Traceback" not in ended.err


def test_a_broken_book_for_programs(huashu: Huashu, broken: Path) -> None:
    ended = huashu("lint", "--json")
    assert ended.status == 1
    [finding] = json.loads(ended.out)
    assert finding.keys() == {
        "file", "line", "column", "severity", "rule_id", "message", "hint",
    }  # fmt: skip
    assert f"{finding['file']}:{finding['line']}:{finding['column']}" == BROKEN_PLACE

    ended = huashu("lint", "--github")
    assert ended.status == 1
    line = BROKEN_PLACE.split(":")[1]
    # Named from the folder where the command runs: there GitHub looks for the file.
    assert ended.out.startswith(f"::error file=book/entries.yaml,line={line},col=1,")

    ended = huashu("lint", "--sarif")
    assert ended.status == 1
    [result] = json.loads(ended.out)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "book/entries.yaml"
    assert place["region"]["startLine"] == int(line)


@pytest.mark.parametrize("folder", ["book/entries.yaml", "n" * 300])
def test_no_folder(huashu: Huashu, folder: str) -> None:
    told = huashu("lint", folder).refused()
    assert f"“{folder}”" in told
    assert "请" in told


def test_a_folder_without_files(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".hidden.yaml").write_text("x", encoding="utf-8")
    assert "没有 .yaml 文件" in huashu("lint", "empty").refused()


def test_a_file_that_is_not_utf8(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "book" / "gbk.yaml").write_bytes("话术".encode("gbk"))
    told = huashu("lint").refused()
    assert "gbk.yaml" in told
    assert "UTF-8" in told


def test_a_file_of_an_editor_on_windows(huashu: Huashu, tmp_path: Path) -> None:
    text = "\ufeff" + ENTRIES.replace("\n", "\r\n")
    (tmp_path / "book" / "entries.yaml").write_text(text, encoding="utf-8", newline="")
    (tmp_path / "book" / "~entries.yaml").write_bytes(b"\xff")
    (tmp_path / "book" / ".#entries.yaml").write_bytes(b"\xff")
    assert huashu("lint").status == 0


def test_a_link_that_leads_nowhere(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "book" / "link.yaml").symlink_to(tmp_path / "nowhere")
    assert "link.yaml" in huashu("lint").refused()
