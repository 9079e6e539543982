"""huashu lint --fix, --diff and --quick, and comments that let a finding stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Huashu
from tests.commands.test_serve import run_bounded
from tests.web.small_book import ENTRIES

ASK = "asks: [可以开发票吗, 能开票吗, 怎么开发票]"


@pytest.fixture
def file(tmp_path: Path, huashu: Huashu) -> Path:
    """A file as an editor on Windows saves it, with two things that can be mended."""
    path = tmp_path / "book" / "entries.yaml"
    text = ENTRIES.replace(ASK, ASK.replace("asks:", "ask:").replace("能开", "能\u200b开"))
    assert text != ENTRIES
    path.write_bytes(("\ufeff" + text.replace("\n", "\r\n")).encode())
    return path


def test_diff_shows_what_fix_would_change_and_writes_nothing(huashu: Huashu, file: Path) -> None:
    before = file.read_bytes()
    ended = huashu("lint", "--diff")
    assert ended.status == 1
    assert "-    ask: [可以开发票吗, 能\u200b开票吗, 怎么开发票]" in ended.out
    assert f"+    {ASK}" in ended.out
    assert "会改 2 处，1 个文件。" in ended.err
    assert file.read_bytes() == before


def test_fix_changes_these_characters_and_no_other(huashu: Huashu, file: Path) -> None:
    ended = huashu("lint", "--fix")
    assert ended.status == 0, ended.out
    assert ended.out == "没有问题。\n"
    assert "已改 [schema.unknown_key] 不认识“ask”。" in ended.err
    assert "已改 2 处，1 个文件。" in ended.err
    assert file.read_bytes() == ("\ufeff" + ENTRIES.replace("\n", "\r\n")).encode()
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []

    ended = huashu("lint", "--fix", "--quick", "--json")
    assert ended.json() == []
    assert "没有可以直接改的。" in ended.err
    assert huashu("lint", "--diff").status == 0


def test_what_can_not_be_mended_is_told_as_ever(huashu: Huashu, file: Path) -> None:
    text = file.read_bytes().decode().replace("id: shipping.rush", "id: shipping rush")
    file.write_bytes(text.encode())
    ended = huashu("lint", "--fix")
    assert ended.status == 1
    assert "error [id.shape]" in ended.out
    assert "已改 2 处" in ended.err


def test_a_folder_that_can_not_be_written_stays_whole(file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    file.parent.chmod(0o500)
    try:
        status, said = run_bounded(tmp_path, "lint", "--fix")
        assert status == 2
        assert "没有改动" in said
        assert "Traceback" not in said
    finally:
        file.parent.chmod(0o700)
    assert file.read_bytes() == before


def test_quick_leaves_out_what_takes_seconds(huashu: Huashu, tmp_path: Path) -> None:
    text = ENTRIES.replace(ASK, ASK.replace("]", ", 什么时候发货了]"))
    (tmp_path / "book" / "entries.yaml").write_text(text, encoding="utf-8")
    quick = huashu("lint", "--quick", "--json").json()
    whole = huashu("lint", "--json").json()
    assert [f["rule_id"] for f in quick] == []
    assert {f["rule_id"] for f in whole} == {"ask.near_duplicate"}


def test_a_comment_lets_a_warning_stand_and_never_an_error(huashu: Huashu, tmp_path: Path) -> None:
    path = tmp_path / "book" / "extra.yaml"
    entry = "entries:\n  - id: a.a\n    title: 甲\n    source: 测\n    reply: 12315 {comment}\n"
    path.write_text(entry.format(comment=""), encoding="utf-8")
    assert "[template.number]" in huashu("lint", "--quick").out
    comment = "# huashu: ignore=template.number 全国统一号码"
    path.write_text(entry.format(comment=comment), encoding="utf-8")
    assert huashu("lint", "--quick").out == "没有问题。\n"

    broken = entry.format(comment="# huashu: ignore=id.shape 就要这样").replace("a.a", "a a")
    path.write_text(broken, encoding="utf-8")
    ended = huashu("lint", "--quick")
    assert ended.status == 1
    assert "error [id.shape]" in ended.out
