"""Canned responses fetched into a phrasebook and put from one, by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chatwoot.chatwoot_server import TOKEN, ChatwootServer
from tests.web.small_book import write_book

THEIRS = {"id": 1, "account_id": 1, "short_code": "问候", "content": "欢迎光临，有什么可以帮您？"}


def huashu(chatwoot: ChatwootServer | None, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {k: v for k, v in os.environ.items() if not k.startswith("HUASHU_")}
    if chatwoot:
        settings |= {"HUASHU_CHATWOOT_URL": chatwoot.url, "HUASHU_CHATWOOT_TOKEN": TOKEN}
    command = [sys.executable, "-m", "app.cli", "chatwoot", *words]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path / "book")


def test_a_dry_run_writes_nothing(chatwoot: ChatwootServer, book: Path) -> None:
    chatwoot.canned = [dict(THEIRS)]
    done = huashu(chatwoot, "push", "--account", "1", "--phrasebook", str(book), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "这是预览，没有写入" in done.stdout
    assert chatwoot.canned == [THEIRS]


def test_a_push_adds_and_changes_and_leaves_what_is_theirs(
    chatwoot: ChatwootServer, book: Path
) -> None:
    chatwoot.canned = [dict(THEIRS)]
    words = ("push", "--account", "1", "--phrasebook", str(book), "--json")
    first = json.loads(huashu(chatwoot, *words).stdout)
    assert first["written"]
    assert first["theirs"] == ["问候"]
    codes = {c["short_code"] for c in chatwoot.canned}
    assert codes == {*first["new"], "问候"}
    assert THEIRS in chatwoot.canned
    changed = next(c for c in chatwoot.canned if c["short_code"] != "问候")
    right, changed["content"] = changed["content"], "旧的"
    second = json.loads(huashu(chatwoot, *words).stdout)
    assert (second["new"], second["changed"]) == ([], [changed["short_code"]])
    assert changed["content"] == right
    third = json.loads(huashu(chatwoot, *words).stdout)
    assert (third["new"], third["changed"], third["same"]) == ([], [], len(first["new"]))


def test_a_pull_makes_a_book_that_pushes_back_the_same(
    chatwoot: ChatwootServer, tmp_path: Path
) -> None:
    chatwoot.canned = [
        dict(THEIRS),
        {**THEIRS, "id": 2, "short_code": "运费", "content": "全国包邮。"},
    ]
    target = tmp_path / "pulled"
    done = huashu(chatwoot, "pull", "--account", "1", "--to", str(target))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 个条目" in done.stdout
    texts = "".join(p.read_text("utf-8") for p in target.rglob("*.yaml"))
    assert "全国包邮" in texts


@pytest.mark.parametrize("words", [("push", "--account", "1"), ("pull", "--account", "1")])
def test_without_settings_it_says_which(words: tuple[str, ...]) -> None:
    done = huashu(None, *words)
    assert done.returncode == 2
    assert "HUASHU_CHATWOOT_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_token_is_said(chatwoot: ChatwootServer, book: Path) -> None:
    environment = {"HUASHU_CHATWOOT_URL": chatwoot.url, "HUASHU_CHATWOOT_TOKEN": "wrong"}
    command = [sys.executable, "-m", "app.cli", "chatwoot", "push", "--account", "1"]
    done = subprocess.run(
        [*command, "--phrasebook", str(book)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "HUASHU_CHATWOOT_TOKEN" in done.stderr
