"""A trainer's afternoon with the shipped book and the real service, bundled encoder: files are
broken, mended and seen live; a change is replayed over 600 messages; three proposals are accepted.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.bookshelf import load_book
from tests.commands.conftest import Result, run
from tests.web.service_process import ROOT, ServiceProcess, start_service

FILE = "entries/shipping.yaml"
REAL = ROOT.parent / "shared" / "eval" / "messages_dev.jsonl"
MESSAGES = 600
SECONDS = 180  # longest wait for a busy machine

ASK = "      - 催一下发货\n"
SORRY = "      非常抱歉让您着急了。{% if order_no %}"
# What an agent sends, for wording of our own that the book is not sure of.
TAUGHT = (
    ("我家那口子天天念叨这包裹，到底动身没有", "shipping.rush"),
    ("仓库那头是不是把我这单给忘脑后了", "shipping.rush"),
    ("开张抬头写我们单位的条子给财务", "invoice.title"),
    ("发票那玩意儿随箱子一道来不", "invoice.available"),
    ("穿着勒得慌想倒腾个大一号的", "return.size"),
    ("屏一闪一闪跟迪厅似的，咋整", "return.quality"),
    ("拿到手瞅着跟照片上俩样", "return.not_as_described"),
    ("给个链接我瞅瞅有啥搭着买划算的", "promotion.current"),
    ("邮差说敲门没人应，东西搁哪儿了", "shipping.not_arrived"),
    ("钱给我打回哪张卡上去了", "refund.arrival"),
)


@dataclass(frozen=True)
class Break:
    """One way to spoil the file, and which rule says so at which text."""

    rule: str
    old: str
    new: str
    at: str = ""


MUST = "    must: [抱歉|对不起|不好意思, 催, 退款]"
NEAR = "{text: 催下维修进度, entry: none}"
BREAKS = (
    Break("yaml.syntax", MUST, "    must: [抱歉, 催, 退款"),
    Break("yaml.syntax", ASK, "\t- 催一下发货\n"),
    Break("schema.unknown_key", "    handoff: ", "    hand_off: ", "hand_off"),
    Break("schema.missing_key", "  - id: shipping.rush\n    ", "  - ", "title: 催发货、催配送"),
    Break("schema.duplicate_key", "    stage: insale\n", "    stage: insale\n    stage: any\n"),
    Break("schema.choice", "    stage: insale\n", "    stage: 售中\n", "stage: 售中"),
    Break("schema.type", MUST, "    must: {抱歉: 催}", "{抱歉: 催}"),
    Break("id.duplicate", "  - id: shipping.rush\n", "  - id: shipping.track\n"),
    Break("id.shape", "  - id: shipping.rush\n", "  - id: 催发货！\n", "催发货！"),
    Break("ask.empty", ASK, ASK + '      - "？"\n', '"？"'),
    Break("near_miss.entry_unknown", NEAR, NEAR.replace("none", "repair.rush"), "repair.rush"),
    Break("reference.unknown", "closing: closing.follow_up", "closing: closing.later"),
    Break("template.syntax", SORRY, SORRY.replace(" %}", " }")),
    Break("template.unknown_name", SORRY, "      {{ order_number }}" + SORRY.lstrip()),
    Break("template.avoid", SORRY, "      保证今天发，" + SORRY.lstrip()),
    Break("template.policy", SORRY, "      请加微信，" + SORRY.lstrip()),
)


@dataclass
class Workshop:
    """The trainer's copy of the book, the service that watches it, and the command line."""

    folder: Path
    service: ServiceProcess
    client: httpx.Client

    @property
    def file(self) -> Path:
        return self.folder / "book" / FILE

    def huashu(self, *arguments: str | Path) -> Result:
        return run(self.folder, *arguments, seconds=3 * SECONDS, **settings(self.folder))

    def edit(self, text: str) -> None:
        """Saves as editors do: written beside, then renamed."""
        new = self.file.with_suffix(".tmp")
        new.write_text(text, encoding="utf-8")
        new.replace(self.file)

    def ready(self, seen: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The phrasebook of /readyz once it is as wanted."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            book: dict[str, Any] = self.client.get("/readyz").json()["phrasebook"]
            if seen(book):
                return book
            time.sleep(0.05)
        raise AssertionError(f"not seen: {book}")

    def suggest(self, message: str) -> dict[str, Any]:
        answer = self.client.post("/v1/suggestions", json={"message": message})
        found: dict[str, Any] = answer.raise_for_status().json()
        return found


def settings(folder: Path) -> dict[str, str]:
    return {
        "HUASHU_DATABASE_URL": f"sqlite:///{folder}/huashu.sqlite3",
        "HUASHU_ENCODER": "bundled",
    }


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    folder = tmp_path_factory.mktemp("afternoon")
    shutil.copytree(ROOT / "phrasebook", folder / "book")
    started = start_service(folder, HUASHU_PHRASEBOOK=str(folder / "book"), **settings(folder))
    with (
        started,
        httpx.Client(base_url=started.url, timeout=3 * SECONDS, trust_env=False) as client,
    ):
        yield Workshop(folder, started, client)


def test_each_of_many_ways_to_break_a_file_says_where_and_what_to_do(workshop: Workshop) -> None:
    good = workshop.file.read_text("utf-8")
    version = workshop.ready(lambda book: book["newest_files"] == "good")["version"]
    assert len(BREAKS) >= 15
    entry, tail = good.index("  - id: shipping.rush\n"), good.index("  - id: shipping.track\n")
    for one in BREAKS:
        rush = good[entry:tail]
        assert one.old in rush, one
        text = good[:entry] + rush.replace(one.old, one.new, 1) + good[tail:]
        workshop.edit(text)
        place = re.escape(FILE) + r":\d+:\d+"
        if one.at:
            line = text.count("\n", 0, text.index(one.at, entry)) + 1
            place = rf"{re.escape(FILE)}:{line}:\d+"

        def told(book: dict[str, Any], one: Break = one, place: str = place) -> bool:
            return any(
                f["rule"] == one.rule and re.fullmatch(place, f["place"]) and f["hint"]
                for f in book["findings"]
            )

        book = workshop.ready(told)
        assert book["version"] == version, one
        assert book["newest_files"] == "broken"
    lint = workshop.huashu("lint", "book")
    assert lint.status == 1
    assert re.search(rf"^{re.escape(FILE)}:\d+:\d+: error \[template.policy\] ", lint.out, re.M)
    workshop.edit(good)
    assert workshop.ready(lambda book: book["newest_files"] == "good")["version"] == version
    assert workshop.huashu("lint", "book").status == 0


def test_a_change_is_replayed_then_seen_live(workshop: Workshop) -> None:
    before = workshop.suggest("怎么还不发货")
    assert before["suggestions"][0]["entry_id"] == "shipping.rush"
    good = workshop.file.read_text("utf-8")
    text = good.replace(SORRY, "      真的非常抱歉，让您着急了。{% if order_no %}", 1)
    changed = workshop.folder / "changed"
    shutil.copytree(workshop.folder / "book", changed)
    (changed / FILE).write_text(text, encoding="utf-8")

    messages = six_hundred(workshop.folder)
    page = workshop.folder / "replay.html"
    ended = workshop.huashu("replay", messages, "--against", changed, "--html", page, "--json")
    found = ended.json()
    assert found["count"] >= MESSAGES
    assert found["kinds"]["text"] == found["changed"] > 0
    assert {tuple(group["after"]) for group in found["groups"]} >= {("shipping.rush",)}
    assert "让您着急" in page.read_text("utf-8")

    workshop.edit(text)
    version = before["phrasebook"]["version"]
    book = workshop.ready(lambda book: bool(book["version"] != version))
    after = workshop.suggest("怎么还不发货")
    assert after["phrasebook"]["version"] == book["version"]
    assert "真的非常抱歉" in after["suggestions"][0]["text"]
    workshop.edit(good)
    workshop.ready(lambda book: bool(book["version"] == version))


def six_hundred(folder: Path) -> Path:
    """Real messages where they are at hand, else the asks of the book with what people add."""
    if REAL.exists():
        return REAL
    asks = [ask.text for entry in load_book(ROOT / "phrasebook").entries for ask in entry.asks]
    chosen = asks[:: max(1, len(asks) // MESSAGES)][: MESSAGES + 50]
    path = folder / "messages.jsonl"
    lines = (json.dumps({"message": f"你好，{ask}呢"}, ensure_ascii=False) for ask in chosen)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_three_proposals_are_accepted_and_nothing_else_changes(workshop: Workshop) -> None:
    book = workshop.folder / "book"
    before = workshop.folder / "before"
    shutil.copytree(book, before)
    for message, entry in TAUGHT:
        answer = workshop.suggest(message)
        sent = {"suggestion_id": answer["id"], "entry_id": entry, "outcome": "sent"}
        assert workshop.client.post("/v1/feedback", json=sent).status_code == 201

    proposals = workshop.huashu("learn", "--json").json()["proposals"]
    assert len(proposals) >= 3
    texts = []
    for one in proposals[:3]:
        assert one["diff"]
        done = workshop.client.post(f"/v1/proposals/{one['id']}/accept", json={})
        assert done.status_code == 200, done.text
        texts += done.json()["texts"]
        assert done.json()["texts"] == [line["text"] for line in one["lines"]]

    assert workshop.huashu("lint", "book").status == 0
    tested = workshop.huashu("test", "book")
    assert tested.status == 0, tested.out
    added = changed_lines(before, book)
    assert sorted(line.strip().removeprefix("- ") for line in added) == sorted(texts)

    version = load_book(book).version
    workshop.ready(lambda state: bool(state["version"] == version))
    for text in texts:
        answer = workshop.suggest(text)
        assert answer["suggestions"][0]["entry_id"] == dict(TAUGHT)[text]


def changed_lines(before: Path, after: Path) -> list[str]:
    """The lines that `git diff` adds; fails when it takes any away."""
    command = ["git", "diff", "--no-index", "--unified=0", "--no-color", before, after]
    diff = subprocess.run(command, capture_output=True, check=False).stdout.decode()
    lines = [line for line in diff.splitlines() if not re.match(r"\+\+\+ |--- ", line)]
    assert [line for line in lines if line.startswith("-")] == []
    return [line[1:] for line in lines if line.startswith("+")]
