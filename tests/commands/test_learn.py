"""`huashu learn`: from the journal to a patch, and into the file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.records import journal, migrate
from app.records.database import open_engine, transaction
from app.records.journal import FeedbackRecord, SuggestionRecord
from tests.commands.conftest import Huashu
from tests.web.small_book import ENTRIES

NEW = "宝贝几时出库给我"
FAR = "有没有实体店面"


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    """The folder with a journal: an agent sent an entry, a question far from all came thrice."""
    (tmp_path / "data").mkdir()
    url = f"sqlite:///{tmp_path}/data/huashu.sqlite3"
    migrate.upgrade(url)
    engine = open_engine(url)
    now = datetime.now(UTC)
    with transaction(engine, write=True) as connection:
        rows = [SuggestionRecord("1", now, "default", NEW, "choose")]
        rows += [SuggestionRecord(f"f{n}", now, "default", FAR, "none") for n in range(3)]
        old = now - timedelta(days=90)
        rows += [SuggestionRecord(f"o{n}", old, "default", "能不能刻字", "none") for n in range(3)]
        journal.record_suggestions(connection, rows)
        given = FeedbackRecord("1", "sent", now, "shipping.rush")
        journal.record_feedback(connection, given)
    engine.dispose()
    return tmp_path


def proposals(huashu: Huashu, *arguments: str) -> dict[str, dict[str, Any]]:
    """By kind."""
    found = huashu("learn", "--json", *arguments).json()["proposals"]
    return {one["kind"]: one for one in found}


def test_without_a_journal_there_is_nothing_to_learn(huashu: Huashu) -> None:
    ended = huashu("learn")
    assert (ended.status, ended.out) == (0, "")
    assert "没有新的" in ended.err


def test_listed_shown_accepted_and_gone(huashu: Huashu, heard: Path) -> None:
    ended = huashu("learn")
    assert ended.status == 0, ended.err
    new, ask = ended.out.splitlines()
    assert f"新条目 learned.you_mei_you_shi_ti_dian_mian（3 次）：{FAR}" in new
    assert f"加问法 shipping.rush（1 次）：{NEW}" in ask
    assert "2 条提议" in ended.err
    name = ask.split()[0]

    shown = huashu("learn", "show", name)
    assert shown.status == 0, shown.err
    assert "--- a/entries.yaml" in shown.out
    assert f"“{NEW}” 1 次" in shown.out

    done = huashu("learn", "accept", name)
    assert done.status == 0, done.err
    assert f"已写入 entries.yaml：{NEW}" in done.out
    text = (heard / "book" / "entries.yaml").read_text("utf-8")
    assert text == ENTRIES.replace("快点发货吧]", f"快点发货吧, {NEW}]")
    assert huashu("lint", "book").status == 0
    assert huashu("test", "book").status == 0

    assert "已经采纳" in huashu("learn", "accept", name).refused()
    assert [one["kind"] for one in proposals(huashu).values()] == ["entry"]
    assert list(proposals(huashu, "--decided")) == ["ask"]


def test_a_rejected_one_is_remembered_with_its_reason(huashu: Huashu, heard: Path) -> None:
    ask = proposals(huashu)["ask"]
    done = huashu("learn", "reject", ask["id"], "--reason", "是另一家店的事")
    assert done.status == 0, done.err
    assert NEW in done.out
    assert list(proposals(huashu)) == ["entry"]
    (kept,) = proposals(huashu, "--decided").values()
    assert (kept["state"], kept["reason"]) == ("rejected", "是另一家店的事")
    shown = huashu("learn", "show", ask["id"])
    assert "已拒绝：是另一家店的事" in shown.out


def test_a_new_entry_wants_a_reply(huashu: Huashu, heard: Path) -> None:
    new = proposals(huashu)["entry"]
    assert "回复" in huashu("learn", "accept", new["id"]).refused()
    refused = huashu("learn", "accept", new["id"], "--json")
    assert refused.status == 2
    assert json.loads(refused.out)["code"] == "proposal_incomplete"
    reply = "我们只在网上，没有实体店。"
    done = huashu("learn", "accept", new["id"], "--reply", reply, "--json").json()
    assert done == {"id": new["id"], "files": ["learned_entries.yaml"], "texts": [FAR]}
    asked = huashu("suggest", FAR, "--json").json()
    assert reply in asked["suggestions"][0]["text"]


def test_since_reaches_further_back(huashu: Huashu, heard: Path) -> None:
    found = huashu("learn", "--since", "2020-01-01", "--json").json()["proposals"]
    assert "能不能刻字" in {line["text"] for one in found for line in one["lines"]}


def test_only_takes_some(huashu: Huashu, heard: Path) -> None:
    ask = proposals(huashu)["ask"]
    assert "不在这条提议里" in huashu("learn", "accept", ask["id"], "--only", "别的").refused()
    assert huashu("learn", "accept", ask["id"], "--only", NEW).status == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("learn", "show", "nothing"),
        ("learn", "accept", "nothing"),
        ("learn", "reject", "nothing", "--reason", "不对"),
        ("learn", "--since", "昨天"),
        ("learn", "--phrasebook", "away"),
    ],
)
def test_what_can_not_be_is_said_in_one_sentence(
    huashu: Huashu, heard: Path, arguments: tuple[str, ...]
) -> None:
    huashu(*arguments).refused()


@pytest.mark.parametrize("words", [(), ("show",), ("accept",), ("reject",)])
def test_help_shows_an_example(huashu: Huashu, words: tuple[str, ...]) -> None:
    shown = huashu("learn", *words, "--help", COLUMNS="200", TERM="dumb")
    assert "示例" in shown.out
