"""suggest, explain, rewrite, check, ids, migrate: what they print and how they end."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.bookshelf import load_book
from tests.commands.conftest import ROOT, Huashu, run

RUSH = "怎么还不发货"


def test_suggest(huashu: Huashu) -> None:
    ended = huashu("suggest", RUSH)
    assert ended.status == 0
    assert "有把握" in ended.out
    assert "shipping.rush" in ended.out
    assert "您好。两天内发出。祝您生活愉快。" in ended.out
    assert ended.err == ""


def test_suggest_json(huashu: Huashu) -> None:
    found = huashu("suggest", RUSH, "--json", "--platform", "taobao", "--stage", "presale").json()
    assert found["decision"] == "answer"
    assert found["suggestions"][0]["text"] == "亲，您好。下单后很快发出。祝您生活愉快。"
    assert found["parts"][0]["message"] == RUSH


def test_suggest_reads_a_burst_from_standard_input(huashu: Huashu) -> None:
    stdin = f"{RUSH}\n\n可以开发票吗\n".encode()
    found = huashu("suggest", "-", "--json", stdin=stdin).json()
    assert [p["entry_id"] for p in found["parts"]] == ["shipping.rush", "invoice.get"]
    assert found["suggestions"][0]["text"].count("您好") == 1


@pytest.mark.parametrize("stdin", [b"\n \n", b"\xff\xfe\x00"], ids=repr)
def test_suggest_says_nothing_when_not_sure(huashu: Huashu, stdin: bytes) -> None:
    ended = huashu("suggest", "-", stdin=stdin)
    assert ended.status == 0
    assert "没有把握" in ended.out
    assert "我先为您核实，稍后回复您。" in ended.out


def test_limit(huashu: Huashu) -> None:
    one, three = (
        huashu("suggest", "发货发票", "--limit", n, "--json").json()["suggestions"] for n in "13"
    )
    assert len(one) == 1
    assert one == three[:1]
    assert huashu("suggest", RUSH, "--limit", "11").status == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("suggest", RUSH, "--platform", "amazon"),
        ("suggest", RUSH, "--stage", "later"),
        ("check", "您好", "--platform", "Taobao"),
        ("check", "您好", "--stage", "售前"),
        ("rewrite", "您好", "--platform", ""),
    ],
    ids=" ".join,
)
def test_a_mistyped_platform_or_stage_is_refused(huashu: Huashu, arguments: tuple[str]) -> None:
    told = huashu(*arguments).refused()
    assert "可用的值：" in told
    assert ("taobao" if "--platform" in arguments else "presale") in told


def test_explain(huashu: Huashu) -> None:
    ended = huashu("explain", RUSH)
    assert ended.status == 0
    assert f"问法“{RUSH}”" in ended.out
    assert f"相同处 “{RUSH}”" in ended.out
    piped = huashu("explain", "-", stdin=RUSH.encode())
    assert piped.out == ended.out


def test_explain_json(huashu: Huashu) -> None:
    found = huashu("explain", "今天天气怎么样", "--json").json()
    assert found["decision"] == "none"
    assert found["suggestions"]
    assert found["suggestions"][0]["proof"]["scores"]


def test_rewrite(huashu: Huashu) -> None:
    ended = huashu("rewrite", "你的名字叫什么")
    assert ended.status == 0
    assert ended.out.startswith("请问您怎么称呼")
    assert "rewrite.name" in ended.err  # so that a pipe gets the text alone
    found = huashu("rewrite", "-", "--json", stdin="你的名字叫什么".encode()).json()
    assert [e["rule_id"] for e in found["edits"]] == ["rewrite.name"]


def test_check(huashu: Huashu) -> None:
    ended = huashu("check", "您加微信聊")
    assert ended.status == 1
    assert "1–4 error [policy.away] “加微信”" in ended.out
    assert "可改为：请在平台内沟通" in ended.out
    fine = huashu("check", "您好")
    assert (fine.status, fine.out) == (0, "没有问题。\n")


def test_check_json_and_platform(huashu: Huashu) -> None:
    found = huashu("check", "这件宝贝很好", "--platform", "jd", "--json").json()
    assert [(f["rule_id"], f["severity"]) for f in found] == [("policy.jd_only", "warning")]
    assert huashu("check", "这件宝贝很好", "--platform", "taobao", "--json").json() == []


def test_ids_of_the_shipped_book(tmp_path: Path) -> None:
    """Against the files' own text: nothing that has an id may be left out."""
    found = run(tmp_path, "ids", "--json", HUASHU_PHRASEBOOK=str(ROOT / "phrasebook")).json()
    book = load_book(ROOT / "phrasebook")
    sections = (
        book.greetings, book.closings, book.entries, book.rewrites, book.policies, book.procedures,
    )  # fmt: skip
    assert all(sections)
    written = sorted(
        line.split("id:", 1)[1].strip()
        for file in (ROOT / "phrasebook").rglob("*.yaml")
        for line in file.read_text("utf-8").splitlines()
        if line.startswith("  - id: ") and file.name != "guards.yaml"
    )
    assert sorted(found) == written
    assert len(set(found)) == len(found)


def test_ids(huashu: Huashu, tmp_path: Path) -> None:
    plain = huashu("ids")
    assert plain.status == 0
    other = huashu("ids", "--json", "--phrasebook", "book", HUASHU_PHRASEBOOK="/nowhere")
    assert plain.out.split() == other.json()
    assert {"greeting.first", "closing.any", "shipping.rush"} <= set(plain.out.split())
    assert {"rewrite.name", "policy.away", "sla.first_reply"} <= set(plain.out.split())


def test_migrate_makes_the_folder_and_may_run_again(huashu: Huashu, tmp_path: Path) -> None:
    first, second = huashu("migrate"), huashu("migrate")
    assert first.status == second.status == 0
    assert "已是最新版本" in first.out
    assert first.out == second.out
    with closing(sqlite3.connect(tmp_path / "data" / "huashu.sqlite3")) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert {"suggestions", "feedback", "alembic_version"} <= tables


@pytest.mark.parametrize(
    "url", ["mysql://user:geheim@host/db", "huashu.sqlite3", "", "sqlite://", "sqlite:///:memory:"]
)
def test_migrate_with_a_wrong_address(huashu: Huashu, url: str) -> None:
    told = huashu("migrate", HUASHU_DATABASE_URL=url).refused()
    assert "sqlite:///文件" in told
    assert "geheim" not in told


def test_version_and_help(huashu: Huashu) -> None:
    assert huashu("--version").out.startswith("huashu ")
    ended = huashu("--help")
    assert ended.status == 0
    for name in (
        "serve",
        "suggest",
        "explain",
        "rewrite",
        "check",
        "lint",
        "eval",
        "import",
        "ids",
    ):
        assert name in ended.out


@pytest.mark.parametrize(
    "name",
    ["serve", "suggest", "explain", "rewrite", "check", "lint", "eval", "import", "ids", "migrate"],
)
def test_help_shows_an_example(huashu: Huashu, name: str) -> None:
    ended = huashu(name, "--help")
    assert ended.status == 0
    assert f"示例：huashu {name}" in " ".join(ended.out.split())


def test_wrong_usage(huashu: Huashu) -> None:
    for arguments in ((), ("nonsense",), ("suggest",), ("lint", "--nonsense")):
        ended = huashu(*arguments)
        assert ended.status == 2
        assert "Traceback" not in ended.err


def test_json_can_be_read_by_programs_of_any_encoding(huashu: Huashu) -> None:
    ended = huashu("suggest", RUSH, "--json", LC_ALL="C", PYTHONUTF8="1")
    assert json.loads(ended.out)["suggestions"][0]["entry_id"] == "shipping.rush"
