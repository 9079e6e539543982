"""Calm, urgent or upset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.model import Moods
from app.engine.mood import MoodReader
from app.engine.source import read_book

MOODS = Moods(
    urgent=("着急", "快点"), upset=("垃圾", "投诉", "12315"), exceptions=("不着急", "垃圾袋")
)
SHIPPED = Path(__file__).parents[2] / "phrasebook" / "moods.yaml"


@pytest.mark.parametrize(
    ("messages", "mood"),
    [
        (("什么时候发货",), "calm"),
        (("我很着急",), "urgent"),
        (("我很著急啊快點",), "urgent"),
        (("不着急",), "calm"),
        (("不着急，但是快点",), "urgent"),
        (("垃圾袋有大号的吗",), "calm"),
        (("垃圾袋就是垃圾",), "upset"),
        (("你们真垃\u200b圾",), "upset"),
        (("快点", "不然投诉"), "upset"),
        (("投", "诉"), "calm"),
        (("我打12315了",), "upset"),
        (("打１２３１５",), "upset"),
        (("订单号2212315008",), "calm"),
        ((), "calm"),
    ],
)
def test_mood(messages: tuple[str, ...], mood: str) -> None:
    assert MoodReader(MOODS).mood(messages) == mood


def test_the_longest_exception_goes_first() -> None:
    moods = replace(MOODS, exceptions=("垃圾袋", "垃圾袋装垃圾"))
    assert MoodReader(moods).mood(("垃圾袋装垃圾",)) == "calm"
    assert MoodReader(moods).mood(("垃圾袋里有垃圾",)) == "upset"


def test_without_words_everyone_is_calm() -> None:
    assert MoodReader(Moods()).mood(("投诉", "着急")) == "calm"


@pytest.mark.parametrize("kind", ["urgent", "upset", "calm"])
def test_every_word_of_the_shipped_book_does_what_its_list_says(kind: str) -> None:
    moods = read_book({"moods.yaml": SHIPPED.read_text("utf-8")})[0].moods
    words = moods.exceptions if kind == "calm" else getattr(moods, kind)
    assert words
    assert {w: MoodReader(moods).mood((w,)) for w in words} == dict.fromkeys(words, kind)


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=30), max_size=4))
def test_order_of_messages_does_not_matter(messages: list[str]) -> None:
    assert MoodReader(MOODS).mood(tuple(messages)) == MoodReader(MOODS).mood(
        tuple(reversed(messages))
    )
