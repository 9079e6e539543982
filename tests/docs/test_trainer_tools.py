"""What the trainers' guide shows of test, diff and replay is what they print."""

from __future__ import annotations

import re
from datetime import date

from app.engine.case_source import CONTEXT
from app.engine.encode import NoEncoder
from app.engine.model import Phrasebook
from app.engine.source import read_book
from app.engine.suggest import Suggester
from app.learn.book_diff import book_diff
from app.learn.messages import from_lines
from app.learn.prove import prove
from app.learn.replay import replay
from app.reports import diffs, proving, replays
from app.settings import ROOT

TODAY = date(2026, 11, 22)
GUIDE = (ROOT / "docs" / "trainers.zh-CN.md").read_text("utf-8")
BLOCK = re.compile(r"^<!-- ([a-z ]+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(mark, text) for mark, text in BLOCK.findall(GUIDE)]
SURE = re.compile(r"\b[01]\.\d\d\b")  # confidences, which another encoder gives otherwise


def block(mark: str) -> str:
    (found,) = (text for name, text in BLOCKS if name == mark)
    return SURE.sub("0.00", found.rstrip("\n"))


def sample(**changes: str) -> Phrasebook:
    (text,) = (text for mark, text in BLOCKS if mark == "complete sample" and "\ncases:" in text)
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    book, findings = read_book({"sample.yaml": text})
    assert findings == ()
    return book


def changed() -> Phrasebook:
    return sample(要不要出邮费="收不收快递费", 本店包邮="本店全国包邮", 区除外="区另算")


def shown(lines: object) -> str:
    return SURE.sub("0.00", "\n".join(lines))  # type: ignore[call-overload, no-any-return]


def test_test() -> None:
    found = prove(Suggester(sample(), NoEncoder()), (), today=TODAY)
    assert shown(proving.as_text(found)) == block("test output")


def test_diff() -> None:
    assert shown(diffs.as_text(book_diff(sample(), changed()))) == block("diff output")


def test_replay() -> None:
    engines = (Suggester(book, NoEncoder()) for book in (sample(), changed()))
    found = replay(from_lines(block("replay messages")), *engines, today=TODAY)
    assert shown(replays.as_text(found)) == block("replay output")


def test_the_guide_names_every_key_of_a_case() -> None:
    section = GUIDE.partition("## 测试话术库")[2].partition("\n## ")[0]
    keys = ("message", "messages", "entry", "decision", "says", "variables", "day", "known")
    assert not [key for key in (*keys, *CONTEXT) if f"`{key}`" not in section]


def test_the_guide_names_every_kind_of_change() -> None:
    section = GUIDE.partition("## 用历史消息回放")[2].partition("\n## ")[0]
    table = section.rpartition("\n| 变化 |")[2]
    assert not [name for name in replays.KINDS.values() if name not in table]
