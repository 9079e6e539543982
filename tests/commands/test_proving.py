"""test, diff, replay: what they print, write and end with."""

from __future__ import annotations

import json
import os
import pty
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.records import journal
from app.records.database import open_engine, transaction
from app.records.journal import SuggestionRecord
from tests.commands.conftest import Huashu, command, environment
from tests.web.small_book import BROKEN, ENTRIES

RUSH = "怎么还不发货"
CASES = """\
cases:
  - {message: 怎么还不发货呀, entry: shipping.rush, says: [两天内]}
  - {message: 今天天气怎么样, entry: none}
  - {message: 能开票吗, entry: shipping.rush, known: 还没想好}
"""


@pytest.fixture
def cases(tmp_path: Path, huashu: Huashu) -> Path:
    """The file of cases in the book."""
    folder = tmp_path / "book" / "cases"
    folder.mkdir()
    file = folder / "a.yaml"
    file.write_text(CASES, encoding="utf-8")
    return file


@pytest.fixture
def changed(tmp_path: Path, huashu: Huashu) -> Path:
    """A copy of the book with another reply to a rush, and without invoices."""
    shutil.copytree(tmp_path / "book", tmp_path / "new")
    text = ENTRIES.replace("}}发出。", "}}内发出。").replace("[可以开发票吗, 能开票吗, ", "[")
    assert text.count("内发出") == text.count("[怎么开发票]") == 1
    (tmp_path / "new" / "entries.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "new"


# ---- test ------------------------------------------------------------------------------------


def test_a_book_that_does_what_it_says(huashu: Huashu, cases: Path) -> None:
    ended = huashu("test", "book")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == "问法 10，反例 0，例句 6，用例 3（其中 1 条已知不通过）：全部相符。\n"
    found = huashu("test", "--json").json()
    assert (found["passed"], found["failures"]) == (True, [])
    assert found["counts"] == {"asks": 10, "near_misses": 0, "examples": 6, "cases": 3}
    assert [k["reason"] for k in found["known"]] == ["还没想好"]


def test_a_case_that_fails(huashu: Huashu, cases: Path) -> None:
    cases.write_text(CASES.replace("entry: none", "entry: invoice.get"), encoding="utf-8")
    ended = huashu("test")
    assert ended.status == 1
    line, count = ended.out.splitlines()
    assert line.startswith("cases/a.yaml:3:5: 用例“今天天气怎么样”应回答 invoice.get：没有作答")
    assert count.endswith("1 处不符。")
    ended = huashu("test", "--json")
    assert ended.status == 1
    (failure,) = json.loads(ended.out)["failures"]
    assert (failure["file"], failure["line"], failure["column"]) == ("cases/a.yaml", 3, 5)
    assert failure["message"] in line


def test_a_known_failure_that_is_mended(huashu: Huashu, cases: Path) -> None:
    cases.write_text(CASES.replace("none}", "none, known: 难}"), encoding="utf-8")
    ended = huashu("test")
    assert ended.status == 1
    assert "cases/a.yaml:3:5: 用例“今天天气怎么样”已经通过，请删去它的 known（“难”）" in ended.out


def test_an_example_that_fails_is_told_like_the_others(huashu: Huashu, tmp_path: Path) -> None:
    file = tmp_path / "book" / "book.yaml"
    text = file.read_text("utf-8").replace("hit: 加微信", "hit: 加QQ")
    file.write_text(text, encoding="utf-8")
    ended = huashu("test")
    assert ended.status == 1
    assert "policy.away：例句“您加微信聊”应报“加QQ”" in ended.out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("entries.yaml", BROKEN, "yaml.syntax"),
        ("cases/a.yaml", "cases:\n  - {message: 好, entri: a.b}\n", "不认识“entri”"),
        ("more.yaml", "entries: [{id: a.a, title: 甲, reply: 您加微信聊}]\n", "template.policy"),
    ],
)
def test_a_book_with_errors_can_not_be_tested(
    huashu: Huashu, cases: Path, tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / "book" / name).write_text(text, encoding="utf-8")
    told = huashu("test").refused()
    assert said in told
    assert f"{name}:" in told


def test_no_book(huashu: Huashu) -> None:
    assert "“nowhere”" in huashu("test", "nowhere").refused()


def test_progress_on_a_terminal_only(tmp_path: Path, cases: Path) -> None:
    ours, theirs = pty.openpty()
    ended = subprocess.run(
        command("test"), cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE,
        stderr=theirs, check=False,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert ended.returncode == 0
    assert "测试 ░" in shown
    assert "/13" in shown
    assert shown.endswith("\r\033[K")  # wiped
    assert b"\033" not in ended.stdout


# ---- diff ------------------------------------------------------------------------------------


def test_diff(huashu: Huashu, changed: Path) -> None:
    ended = huashu("diff", "book", "new")
    assert (ended.status, ended.err) == (0, "")
    assert "entries.yaml:2:9: 改动 条目 shipping.rush 催发货\n" in ended.out
    assert "{+内+}发出。" in ended.out
    assert "    问法 － 可以开发票吗\n" in ended.out
    assert ended.out.endswith("条目 改动 2。\n")
    back = huashu("diff", "new", "book").out
    assert "    问法 ＋ 可以开发票吗\n" in back
    assert huashu("diff", "book", "book").out == "两个话术库完全相同。\n"


def test_diff_for_programs_and_as_a_page(huashu: Huashu, changed: Path, tmp_path: Path) -> None:
    found = huashu("diff", "book", "new", "--json", "--html", "diff.html").json()
    assert found["counts"] == {"entries": {"added": 0, "removed": 0, "changed": 2}}
    rush, invoice = found["changes"]
    assert (rush["id"], rush["change"], rush["line"]) == ("shipping.rush", "changed", 2)
    (text,) = rush["texts"]
    assert text["after"] == text["before"].replace("发出", "内发出")
    assert invoice["lists"] == [
        {"name": "asks", "gone": ["可以开发票吗", "能开票吗"], "new": [], "elsewhere": {}}
    ]
    page = (tmp_path / "diff.html").read_text("utf-8")
    assert "<ins>内</ins>" in page
    assert "<del>可以开发票吗</del>" in page


def test_diff_of_a_book_that_lint_refuses(huashu: Huashu, changed: Path) -> None:
    """Changes are to be seen above all when something is wrong."""
    (changed / "more.yaml").write_text(
        "entries: [{id: a.a, title: 甲, reply: 您加微信聊}]\n", encoding="utf-8"
    )
    assert "more.yaml:1:16: 新增 条目 a.a 甲" in huashu("diff", "book", "new").out


def test_diff_of_what_can_not_be_read(huashu: Huashu, changed: Path) -> None:
    (changed / "entries.yaml").write_text(BROKEN, encoding="utf-8")
    told = huashu("diff", "book", "new").refused()
    assert told.startswith("文件夹“new”：")
    assert "yaml.syntax" in told
    assert "“nowhere”" in huashu("diff", "book", "nowhere").refused()
    assert "“no/where.html”" in huashu("diff", "book", "book", "--html", "no/where.html").refused()


# ---- replay ----------------------------------------------------------------------------------


def test_replay_of_lines(huashu: Huashu, changed: Path, tmp_path: Path) -> None:
    (tmp_path / "said.txt").write_text(f"{RUSH}\n\n{RUSH}\n今天天气怎么样\n", encoding="utf-8")
    ended = huashu("replay", "said.txt", "--against", "new")
    assert (ended.status, ended.err) == (0, "")
    assert "条目没变，回复的文字变了：2 句" in ended.out
    assert f"“{RUSH}”×2" in ended.out
    assert "shipping.rush 的回复改了。" in ended.out
    assert ended.out.endswith("回放 3 句（2 种说法），2 句的回答会变。\n")
    assert "不作答  1 → 1（+0）" in ended.out


def test_replay_of_jsonl_with_everything(huashu: Huashu, changed: Path, tmp_path: Path) -> None:
    rows = [
        {"messages": [RUSH, "快点发货吧"], "expected": ["shipping.rush"]},
        {"message": RUSH, "stage": "presale"},
        {"message": f"{RUSH}，我的电话13812345678"},
    ]
    text = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "said.jsonl").write_text(text, encoding="utf-8")
    ended = huashu(
        "replay", "said.jsonl", "--against", "new", "--json", "--html", "a.html", "--samples", "1"
    )
    found = ended.json()
    assert (found["messages"], found["count"], found["changed"]) == (3, 3, 2)  # presale: a variant
    (group,) = found["groups"]
    assert (group["kind"], group["count"], len(group["samples"])) == ("text", 2, 1)
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "历史消息回放" in page
    assert "13812345678" not in page + ended.out


def write_journal(url: str, *records: SuggestionRecord) -> None:
    engine = open_engine(url)
    with transaction(engine, write=True) as connection:
        journal.record_suggestions(connection, records)
    engine.dispose()


def record(name: str, message: str, days: float = 0, **more: str) -> SuggestionRecord:
    at = datetime.now(UTC) - timedelta(days=days)
    shop = more.pop("shop", "default")
    return SuggestionRecord(name, at, shop, message, "answer", **more)  # type: ignore[arg-type]


@pytest.fixture
def url(huashu: Huashu, tmp_path: Path) -> str:
    """The journal of the settings, migrated."""
    assert huashu("migrate").status == 0
    return f"sqlite:///{tmp_path}/data/huashu.sqlite3"


def test_replay_of_the_journal(huashu: Huashu, changed: Path, url: str) -> None:
    write_journal(
        url,
        record("1", RUSH, days=1),
        record("2", RUSH, days=2),
        record("3", f"在吗\n{RUSH}", days=3),
        record("4", f"{RUSH}呀", days=40),
        record("5", f"{RUSH}呢", days=5, stage="presale"),
        record("6", f"{RUSH}啊", days=1, shop="b"),
    )

    def replayed(*options: str) -> tuple[int, int, int]:
        found = huashu("replay", "--against", "new", "--json", *options).json()
        return found["messages"], found["count"], found["changed"]

    assert replayed() == (3, 4, 3)  # presale: a variant that did not change
    assert replayed("--limit", "1") == (1, 2, 2)
    assert replayed("--shop", "b") == (1, 1, 1)
    before = (datetime.now(UTC) - timedelta(days=60)).date().isoformat()
    assert replayed("--since", before) == (4, 5, 4)
    other = huashu("replay", "--against", "book", "--phrasebook", "new", "--json").json()
    assert other["changed"] == 3


def test_replay_only_reads_the_journal(huashu: Huashu, changed: Path, url: str) -> None:
    write_journal(url, record("1", RUSH))
    file = Path(url.removeprefix("sqlite:///"))
    assert huashu("replay", "--against", "new").status == 0
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM suggestions").fetchone() == (1,)


def test_replay_without_messages(huashu: Huashu, changed: Path, tmp_path: Path) -> None:
    told = huashu("replay", "--against", "new").refused()  # no journal yet
    assert "没有店铺“default”这段时间的消息" in told
    assert "请" in told
    assert not (tmp_path / "data").exists()
    assert huashu("migrate").status == 0
    assert "这段时间的消息" in huashu("replay", "--against", "new").refused()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("no.txt", None, "读不了文件“no.txt”"),
        ("a.txt", b"\n \n", "文件“a.txt”里没有消息"),
        ("a.txt", b"\xb7\xa2", "UTF-8"),
        ("a.jsonl", b"{", "a.jsonl:1 应为一行 JSON"),
        ("a.jsonl", b'{"message": "a", "platform": "x"}', "a.jsonl:1 的 platform"),
    ],
    ids=repr,
)
def test_replay_of_a_file_that_is_none(
    huashu: Huashu, changed: Path, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert said in huashu("replay", name, "--against", "new").refused()


def test_replay_needs_two_good_books(huashu: Huashu, changed: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RUSH, encoding="utf-8")
    (changed / "entries.yaml").write_text(BROKEN, encoding="utf-8")
    told = huashu("replay", "a.txt", "--against", "new").refused()
    assert told.startswith("文件夹“new”：话术库有 1 处错误")
    assert "“nowhere”" in huashu("replay", "a.txt", "--against", "nowhere").refused()
    assert huashu("replay", "a.txt").status == 2


@pytest.mark.parametrize("day", ["昨天", "2026-13-01", "20261101x", ""])
def test_replay_since_a_day_that_is_none(huashu: Huashu, changed: Path, day: str) -> None:
    assert "不是日期" in huashu("replay", "--against", "new", "--since", day).refused()


def test_replay_of_a_damaged_journal(huashu: Huashu, changed: Path, url: str) -> None:
    Path(url.removeprefix("sqlite:///")).write_bytes(b"no database at all" * 100)
    assert "已损坏" in huashu("replay", "--against", "new").refused()


@pytest.mark.parametrize("name", ["test", "diff", "replay"])
def test_help_shows_an_example(huashu: Huashu, name: str) -> None:
    ended = huashu(name, "--help")
    assert ended.status == 0
    assert f"示例：huashu {name}" in " ".join(ended.out.split())
