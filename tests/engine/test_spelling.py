"""Typed pinyin and mistyped characters, and above all what must stay as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.lexicon import Lexicon
from app.engine.normalize import normalize
from app.engine.spelling import Speller

TEXTS = [
    "怎么还不发货",
    "为什么不发货", "什么时候发货", "今天能发货吗", "快递到哪里了", "快递到哪了", "我的快递呢",
    "可以开发票吗", "发票怎么开", "我要退款", "退款到账了吗", "退款什么时候到", "plus会员有优惠吗",
]  # fmt: skip
SPELLER = Speller([normalize(t).core for t in TEXTS])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kuaidi到哪了", "快递到哪了"),
        ("可以开fapiao吗", "可以开发票吗"),
        ("我要tuikuan", "我要退款"),
        ("怎么还不发祸", "怎么还不发货"),
        ("怎么还不友货", "怎么还不发货"),
    ],
)
def test_slips_are_put_right(typed: str, meant: str) -> None:
    assert SPELLER.correct(normalize(typed).core) == normalize(meant).core


def test_of_words_that_sound_alike_the_most_frequent_is_meant() -> None:
    cores = ["有货吗", "有货的", "有活吗", "油货", "货有", "a货", "有 货"]
    assert Speller(cores).correct("youhuo") == "有货"
    assert Speller([*cores, "有活啊", "没有活"]).correct("youhuo") == "有活"


def test_words_do_not_reach_over_what_is_not_chinese() -> None:
    speller = Speller(["可以退", "货还没到", "退5货"])
    assert speller.correct("tuihuo") == "退货"  # each by itself
    assert speller.correct("yituihuo") == "以退货"
    assert Speller(["腿火", *["退", "货"] * 3]).correct("tuihuo") == "腿火"


@pytest.mark.parametrize(
    "text",
    ["plus会员有优惠吗", "iphone壳有吗", "榴莲能退款吗", "怎么还不发车", "ok", "abcdefg", ""],
)
def test_wording_that_the_book_does_not_know_stays(text: str) -> None:
    assert SPELLER.correct(text) == text


@pytest.mark.parametrize("text", TEXTS)
def test_the_books_own_wording_stays(text: str) -> None:
    core = normalize(text).core
    assert SPELLER.correct(core) == core


@given(st.text(max_size=60))
def test_any_text_is_taken_and_correcting_twice_changes_nothing_more(text: str) -> None:
    once = SPELLER.correct(normalize(text).core)
    assert SPELLER.correct(once) == once or len(SPELLER.correct(once)) == len(once)


LEXICON = Lexicon([["运费", "邮费", "快递费"], ["快递", "物流"]])


def test_synonyms_become_the_first_of_their_row() -> None:
    assert LEXICON.canonical("邮费谁出") == "运费谁出"
    assert LEXICON.canonical("物流到哪了") == "快递到哪了"
    assert LEXICON.read("邮费和物流")[1] == (("邮费", "运费"), ("物流", "快递"))


def test_the_longest_wording_wins() -> None:
    assert LEXICON.canonical("快递费多少") == "运费多少"
    assert LEXICON.read("运费多少")[1] == ()


def test_an_empty_lexicon_changes_nothing() -> None:
    assert Lexicon([]).canonical("邮费谁出") == "邮费谁出"


@given(st.text(max_size=80))
def test_canonical_wording_is_final(text: str) -> None:
    once = LEXICON.canonical(text)
    assert LEXICON.canonical(once) == once
