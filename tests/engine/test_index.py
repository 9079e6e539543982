"""The gram index: which asks come into question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.index import GramIndex
from app.engine.normalize import normalize

CORES = st.text(alphabet=st.characters(exclude_categories=()), max_size=30).map(
    lambda t: normalize(t).core
)


def test_best_first() -> None:
    index = GramIndex(["什么时候发货", "包邮吗", "发什么快递", "什么时候到货"])
    assert index.candidates("什么时候发货呀", 2).tolist() == [0, 3]
    assert index.candidates("快递", 4).tolist() == [2]


def test_rare_grams_count_more_than_common_ones() -> None:
    index = GramIndex(["我要退款", "我要退货", "我要换货", "我要发票"])
    assert index.candidates("我要票", 1).tolist() == [3]


@pytest.mark.parametrize("core", ["", "xyz", "\ud800"], ids=ascii)
def test_nothing_shared(core: str) -> None:
    assert GramIndex(["包邮吗", "有货吗"]).candidates(core, 5).tolist() == []


@pytest.mark.parametrize("cores", [[], [""], ["", ""]])
def test_nothing_indexed(cores: list[str]) -> None:
    assert GramIndex(cores).candidates("包邮吗", 5).tolist() == []


def test_an_empty_text_keeps_its_row_number() -> None:
    assert GramIndex(["", "包邮吗", "", "有货吗"]).candidates("有货", 5).tolist() == [3]


@given(st.lists(st.one_of(CORES, st.text("退换货运费吗几天", max_size=8)), max_size=40))
def test_every_ask_is_found_by_its_own_text(cores: list[str]) -> None:
    index = GramIndex(cores)
    for row, core in enumerate(cores):
        found = index.candidates(core, len(cores)).tolist()
        assert not core or row in found
        assert len(found) == len(set(found)) <= len(cores)
        assert all(set(core) & set(cores[other]) for other in found)


@given(st.lists(st.text("退换货运费吗几天", min_size=1, max_size=8), min_size=1), st.integers(1, 9))
def test_a_limit_keeps_as_many_and_no_more(cores: list[str], limit: int) -> None:
    index = GramIndex(cores)
    everything = index.candidates(cores[0], len(cores))
    assert len(index.candidates(cores[0], limit)) == min(limit, len(everything))


def test_an_ask_is_found_among_many_that_look_alike() -> None:
    # More postings than the budget for every common gram.
    digits = "零一二三四五六七八九"
    cores = [
        "这个商品" + "".join(digits[int(d)] for d in str(i)) + "号多少钱" for i in range(9_000)
    ]
    index = GramIndex(cores)
    missed = [i for i in range(0, 9_000, 450) if i not in index.candidates(cores[i], 60)]
    assert missed == []
