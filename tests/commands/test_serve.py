"""huashu serve when it can not serve: one clear sentence, exit status 2, no traceback."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.commands.conftest import Huashu, command, environment
from tests.web.small_book import BROKEN, BROKEN_PLACE


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_broken_book(huashu: Huashu, tmp_path: Path, workers: str) -> None:
    (tmp_path / "book" / "entries.yaml").write_text(BROKEN, encoding="utf-8")
    told = huashu("serve", "--port", "0", "--workers", workers).refused()
    assert f"{BROKEN_PLACE}: error [yaml.syntax]" in told
    assert "请检查括号有没有成对" in told  # how to mend it


def test_a_missing_folder(huashu: Huashu) -> None:
    told = huashu("serve", "--port", "0", "--phrasebook", "nowhere").refused()
    assert "“nowhere”" in told
    assert "HUASHU_PHRASEBOOK" in told


def test_a_file_that_is_not_utf8(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "book" / "gbk.yaml").write_bytes("话术".encode("gbk"))
    told = huashu("serve", "--port", "0").refused()
    assert "gbk.yaml" in told
    assert "另存为 UTF-8" in told


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///file-in-the-way/huashu.sqlite3", "文件夹不存在（file-in-the-way）"),
        ("sqlite:///file:read-only.sqlite3?mode=ro&uri=true", "只读"),
        ("mysql://user:geheim@127.0.0.1/db", "数据库地址写法不对（mysql）"),
        ("postgresql://user:geheim@127.0.0.1:1/db", "连不上数据库服务器（127.0.0.1:1/db）"),
    ],
    ids=lambda value: value[:30],
)
def test_a_store_that_can_not_be_used(huashu: Huashu, tmp_path: Path, url: str, says: str) -> None:
    (tmp_path / "file-in-the-way").write_text("x", encoding="utf-8")
    sqlite3.connect(tmp_path / "read-only.sqlite3").close()
    (tmp_path / "read-only.sqlite3").touch()
    told = huashu("serve", "--port", "0", HUASHU_DATABASE_URL=url).refused()
    assert says in told
    assert "，请" in told
    assert "geheim" not in told


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///book", "不让写入"),  # a folder where the file should be
        ("sqlite:///book/book.yaml", "已损坏或不是 SQLite 数据库"),
    ],
)
def test_migrate_where_no_database_can_be(huashu: Huashu, url: str, says: str) -> None:
    told = huashu("migrate", HUASHU_DATABASE_URL=url).refused()
    assert says in told
    assert "，请" in told


def test_a_database_of_a_newer_program(huashu: Huashu, tmp_path: Path) -> None:
    assert huashu("migrate").status == 0
    connection = sqlite3.connect(tmp_path / "data" / "huashu.sqlite3")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    assert "比本程序新" in huashu("serve", "--port", "0").refused()


@pytest.mark.parametrize("family", ["127.0.0.1", "::1"])
def test_a_taken_port(huashu: Huashu, family: str) -> None:
    kind = socket.AF_INET6 if ":" in family else socket.AF_INET
    with socket.socket(kind) as other:
        other.bind((family, 0))
        other.listen()
        port = other.getsockname()[1]
        told = huashu("serve", "--port", str(port), "--host", family).refused()
    assert f"端口 {port} 已被别的程序占用" in told
    assert "huashu serve --port " in told


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HUASHU_PORT", "abc", "设置 HUASHU_PORT 的值“abc”不可用：应为整数"),
        ("HUASHU_PORT", "70000", "不能大于 65535"),
        ("HUASHU_ENCODER", "xyz", "不认识的句向量设置“xyz”"),
        ("HUASHU_LOG_LEVEL", "loud", "'debug'"),
        ("HUASHU_MAX_MESSAGE", "0", "不能小于 1"),
        ("HUASHU_WATCH", "perhaps", "应为 true 或 false"),
        ("HUASHU_HOST", "0.0.0.0", "huashu keys create"),
        ("HUASHU_RATE_KEY", "often", "设置 HUASHU_RATE_KEY 的值“often”不可用"),
        ("HUASHU_RATE_ADDRESS", "5/week", "600/minute"),
        ("HUASHU_SESSION_HOURS", "0", "不能小于 0.1"),
    ],
)
def test_wrong_settings(huashu: Huashu, name: str, value: str, says: str) -> None:
    port = () if name == "HUASHU_PORT" else ("--port", "0")
    told = huashu("serve", *port, **{name: value}).refused()
    assert says in told
    assert "Input" not in told


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_an_address_for_others_needs_a_key(huashu: Huashu, host: str, workers: str) -> None:
    at = ("serve", "--port", "0", "--host", host, "--workers", workers)
    told = huashu(*at).refused()
    assert told.count("\n") == 1
    assert host in told
    assert "huashu keys create" in told
    # One that nobody can use any more is as good as none; no setting goes around that.
    made = huashu("keys", "create", "--scope", "admin", "--json").json()
    assert huashu("keys", "revoke", made["id"]).status == 0
    assert huashu(*at, HUASHU_ALLOW_OPEN="true").refused() == told


@pytest.mark.parametrize("host", ["192.0.2.1", "no..name", "no-such-name.invalid"])
def test_an_address_that_is_not_this_machine_s(huashu: Huashu, host: str) -> None:
    assert huashu("keys", "create", "--scope", "admin").status == 0
    told = huashu("serve", "--port", "0", "--host", host).refused()
    assert f"无法监听 {host}:0" in told
    assert "请检查地址" in told


# Takes from root the right to pass over permissions, and nothing else.
WITHOUT = "-dac_override,-dac_read_search"
BOUNDED = ("setpriv", f"--bounding-set={WITHOUT}", f"--inh-caps={WITHOUT}")


def run_bounded(folder: Path, *arguments: str) -> tuple[int, str]:
    """Runs huashu as a user whom permissions hold; gives the exit status and what was said."""
    prefix = BOUNDED if os.geteuid() == 0 else ()
    ended = subprocess.run(
        [*prefix, *command(*arguments)],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        timeout=120,
        check=False,
    )
    return ended.returncode, ended.stderr.decode()


@pytest.mark.parametrize(
    ("closed", "mode", "says"),
    [
        ("book", 0o000, "读不了话术库文件夹"),
        ("book/more", 0o000, "读不了话术库文件夹"),
        ("book/entries.yaml", 0o000, "读不了文件"),
        ("data", 0o555, "不让写入"),
    ],
)
def test_without_rights(huashu: Huashu, tmp_path: Path, closed: str, mode: int, says: str) -> None:
    (tmp_path / "book" / "more").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / closed).chmod(mode)
    status, told = run_bounded(tmp_path, "serve", "--port", "0")
    (tmp_path / closed).chmod(0o755)
    assert status == 2, told
    assert says in told
    assert "请" in told
    assert "Traceback" not in told


def test_a_read_only_store_that_is_up_to_date(huashu: Huashu, tmp_path: Path) -> None:
    assert huashu("migrate").status == 0
    (tmp_path / "data" / "huashu.sqlite3").chmod(0o444)
    status, told = run_bounded(tmp_path, "migrate")
    assert (status, "只读" in told) == (2, True)
