"""What is remembered, and that nobody is given another customer's answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.engine.encode import NoEncoder
from app.engine.model import Context
from app.engine.recent import Recent
from app.engine.source import read_book
from app.engine.suggest import Suggester

BOOK = """
facts:
  gift: {title: 活动, value: 送礼盒, valid_until: 2026-11-30, otherwise: 活动已结束}
variables:
  customer_name: {title: 称呼}
entries:
  - id: a.gift
    title: 礼盒
    reply: "{{ customer_name }}，{{ shop.gift }}。"
    asks: [有礼盒吗, 送不送礼盒, 可以送个礼盒吗]
    variants:
      - {when: {platform: jd}, reply: "{{ customer_name }}，京东{{ shop.gift }}。"}
  - {id: a.send, title: 发货, reply: 好, asks: [什么时候发货, 几时寄出]}
"""
DAY = Context(today=date(2026, 11, 22), variables={"customer_name": "李女士"})


@pytest.fixture(scope="module")
def engine() -> Suggester:
    return Suggester(read_book({"book.yaml": BOOK})[0], NoEncoder())


def test_a_result_is_made_once_and_the_oldest_goes_first() -> None:
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number

    recent: Recent[int] = Recent(2)
    for number in (1, 2, 1, 3, 1, 2):
        assert recent.get(number, lambda n=number: make(n)) == number  # type: ignore[misc]
    assert made == [1, 2, 3, 2]


def test_a_result_may_be_nothing_and_is_still_remembered() -> None:
    made: list[None] = []
    recent: Recent[None] = Recent(2)
    for _ in range(3):
        recent.get("x", lambda: made.append(None))
    assert len(made) == 1


@pytest.mark.parametrize(
    ("other", "text"),
    [
        (replace(DAY, variables={"customer_name": "王先生"}), "王先生，送礼盒。"),
        (replace(DAY, variables={}), "【称呼】，送礼盒。"),
        (replace(DAY, today=date(2026, 12, 1)), "李女士，活动已结束。"),
        (replace(DAY, platform="jd"), "李女士，京东送礼盒。"),
    ],
)
def test_another_context_gets_its_own_answer(engine: Suggester, other: Context, text: str) -> None:
    assert engine.suggest(["有礼盒吗"], DAY).suggestions[0].body == "李女士，送礼盒。"
    assert engine.suggest(["有礼盒吗"], other).suggestions[0].body == text
    assert engine.suggest(["有礼盒吗"], DAY).suggestions[0].body == "李女士，送礼盒。"
