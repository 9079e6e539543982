"""Polarity, refusals, numbers, near misses: what must not answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.candidate import Candidate
from app.engine.guard import CONFLICT_FACTOR, Guards
from app.engine.guard_rules import guard_problems
from app.engine.model import Entry, Phrasebook
from app.engine.normalize import normalize
from app.engine.source import read_book

SHIPPED = Path(__file__).parents[2] / "phrasebook" / "guards.yaml"
BOOK = """
guards:
  - id: guard.received
    title: 收到／没收到
    yes: [收到了, 收到]
    no: [没收到, 没…收到]
    neutral: [有没有收到]
    examples:
      - {a: 收到了, b: 没收到, conflict: true}
  - id: guard.cancel
    title: 取消／不取消
    yes: [取消, 关掉]
    no: [别取消, 别…取消]
    examples:
      - {a: 取消, b: 别取消, conflict: true}
  - id: guard.refusal
    title: 要／不要
    yes: []
    no: [不用, 不要, 别, 没]
    neutral: [不要了, 用不用, 别人, 没收到]
    examples:
      - {a: 不用转人工, b: 转人工, conflict: true}
guard_units: [天, 折, 元, 小时]
entries:
  - id: order.close
    title: 取消订单
    asks: [取消订单, 帮我关掉]
    near_misses: [订单被取消了怎么办, {text: 取消提醒, entry: shipping.rush}]
    reply: 好的。
  - id: shipping.rush
    title: 催发货
    asks: [怎么还不发货]
    reply: 好的。
"""


@pytest.fixture(scope="module")
def book(book_of: Callable[[str], Phrasebook]) -> Phrasebook:
    return book_of(BOOK)


@pytest.fixture(scope="module")
def guards(book: Phrasebook) -> Guards:
    return Guards(book)


@pytest.fixture(scope="module")
def shipped() -> Guards:
    return Guards(read_book({"guards.yaml": SHIPPED.read_text("utf-8")})[0])


def candidate(book: Phrasebook, entry_id: str, ask: str, *others: tuple[str, float]) -> Candidate:
    entry = book.entry(entry_id)
    assert entry is not None
    return Candidate(entry, 0.9, ask, 0.8, 0.9, 2.0, -0.5, lambda: others)


@pytest.mark.parametrize(
    ("message", "ask"),
    [
        ("我收到了", "我没收到"),
        ("没有给我收到", "收到了"),
        ("沒收到", "收到了"),
        ("没\u200b收到", "收到了"),
        ("先别帮我取消", "取消订单"),
        ("不用转人工", "怎么转人工"),
        ("转人工", "不用转人工了"),
        ("屏幕没碎", "屏幕碎了"),
        ("没拆封可以吗", "拆封了"),
        ("支持7天无理由吗", "支持15天无理由吗"),
        ("七天无理由", "十五天无理由"),
        ("二十天能到吗", "十天能到吗"),
        ("打５折吗", "打8折吗"),
        ("便宜两元", "便宜5元"),
    ],
)
def test_opposites_conflict_both_ways(guards: Guards, message: str, ask: str) -> None:
    assert guards.conflict(message, ask)
    assert guards.conflict(ask, message)


@pytest.mark.parametrize(
    ("message", "ask"),
    [
        ("我收到了", "刚收到"),
        ("有没有收到", "没收到"),
        ("收到了，又说没收到", "没收到"),
        ("不用转人工吗", "转人工"),
        ("用不用转人工", "转人工"),
        ("不要了，转人工", "转人工"),
        ("不用发票", "不用开发票"),
        ("别人都转人工了", "转人工"),
        ("没发货", "几天能到"),
        ("七天无理由", "7天无理由"),
        ("十五天", "15天"),
        ("一百二十元", "120元"),
        ("5.0元", "5元"),
        ("7天还是15天", "15天"),
        ("7天", "7小时"),
        ("[数字x]天", "7天"),
        ("你好", ""),
        ("", ""),
    ],
)
def test_no_guard_speaks(guards: Guards, message: str, ask: str) -> None:
    assert guards.conflict(message, ask) is None
    assert guards.conflict(ask, message) is None


def test_every_guard_is_asked_though_an_earlier_one_agrees(guards: Guards) -> None:
    # Both received; only the second guard tells the two apart.
    assert guards.conflict("收到了，别取消", "刚刚收到，取消") == (
        "取消／不取消：客户说“别取消”，问法说“取消”。"
    )


def test_the_note_quotes_both_sides(guards: Guards) -> None:
    note = guards.conflict("支持7天吗", "支持15天吗")
    assert note == "数字不同：客户说7天，问法说15天。"


def test_a_conflict_lowers_the_confidence_and_says_why(book: Phrasebook, guards: Guards) -> None:
    close = candidate(book, "order.close", "取消订单")
    rush = replace(candidate(book, "shipping.rush", "怎么还不发货"), confidence=0.5)
    first, second = guards.apply(normalize("别取消我的订单"), [close, rush])
    assert (first.candidate, first.notes) == (rush, ())
    assert second.candidate.confidence == pytest.approx(0.9 * CONFLICT_FACTOR)
    assert "别取消" in second.notes[0]


@pytest.mark.parametrize(("similarity", "stands_in"), [(0.79, True), (0.5, False)])
def test_a_close_ask_without_conflict_stands_in(
    book: Phrasebook, guards: Guards, similarity: float, stands_in: bool
) -> None:
    one = candidate(book, "order.close", "取消订单", ("能不取消吗", similarity))
    (found,) = guards.apply(normalize("千万别取消"), [replace(one, ask="关掉")])
    assert (found.candidate.ask == "能不取消吗") is False  # a plain 取消 conflicts as well
    one = candidate(book, "order.close", "取消订单", ("我的订单", similarity))
    (found,) = guards.apply(normalize("千万别取消"), [one])
    assert (found.candidate.ask == "我的订单") is stands_in
    assert (found.candidate.confidence == 0.9) is stands_in
    assert (found.notes == ()) is stands_in


FREIGHT = """
guards:
  - {id: guard.leg, title: 去／回, yes: [运费], no: [退货…运费], neutral: [退运费]}
entries:
  - id: return.freight
    title: 退货运费
    asks: [退货运费谁出, 退货要运费吗, 七天无理由运费我出吗, 退运费给我]
    reply: 好的。
  - id: shipping.free
    title: 包邮
    asks: [运费多少, 有运费吗, 退货的运费也包吗]
    reply: 好的。
"""


@pytest.mark.parametrize(
    ("message", "entry", "ask", "lowered"),
    [
        # 运费 alone is that of sending, but not in an entry that is about sending back.
        ("退货运费算谁的", "return.freight", "七天无理由运费我出吗", False),
        ("退货运费算谁的", "return.freight", "退货运费谁出", False),
        ("运费算谁的", "return.freight", "退货运费谁出", True),
        ("运费算谁的", "return.freight", "七天无理由运费我出吗", False),
        ("退货运费算谁的", "shipping.free", "运费多少", True),
        ("运费算谁的", "shipping.free", "退货的运费也包吗", False),
    ],
)
def test_an_ask_is_read_in_the_light_of_the_others(
    book_of: Callable[[str], Phrasebook], message: str, entry: str, ask: str, lowered: bool
) -> None:
    book = book_of(FREIGHT)
    (found,) = Guards(book).apply(normalize(message), [candidate(book, entry, ask)])
    assert (found.candidate.confidence < 0.9) is lowered
    assert bool(found.notes) is lowered


@pytest.mark.parametrize(
    ("message", "vetoed"),
    [
        ("订单被取消了怎么办", True),
        ("你好，訂單被取消了怎麼辦呀？", True),
        ("取消提醒", True),
        ("订单怎么取消", False),
    ],
)
def test_a_near_miss_vetoes_its_own_entry_only(
    book: Phrasebook, guards: Guards, message: str, vetoed: bool
) -> None:
    found = guards.apply(
        normalize(message),
        [
            candidate(book, "order.close", "取消订单"),
            candidate(book, "shipping.rush", "怎么还不发货"),
        ],
    )
    confidence = {g.candidate.entry.id: g.candidate.confidence for g in found}
    assert (confidence["order.close"] == 0.001) is vetoed
    assert confidence["shipping.rush"] == 0.9
    assert found[0].candidate.entry.id == ("shipping.rush" if vetoed else "order.close")


def test_without_guards_nothing_conflicts(book_of: Callable[[str], Phrasebook]) -> None:
    guards = Guards(book_of("entries:\n  - {id: a.b, title: 一, asks: [一], reply: 一}"))
    assert guards.conflict("不取消7天", "取消15天") is None


def test_a_word_without_content_matches_nothing(book_of: Callable[[str], Phrasebook]) -> None:
    entry = "entries:\n  - {id: a.b, title: 一, asks: [一], reply: 一}\n"
    book = book_of(entry + "guards:\n  - {id: guard.odd, title: 怪, yes: ['…', 😀], no: [没]}")
    assert Guards(book).conflict("没有", "随便什么") is None


def test_examples_that_do_not_come_out_are_found(book_of: Callable[[str], Phrasebook]) -> None:
    assert guard_problems(book_of(BOOK).guards) == []
    wrong = BOOK.replace(
        "{a: 收到了, b: 没收到, conflict: true}", "{a: 收到, b: 收到了, conflict: true}"
    )
    (finding,) = guard_problems(book_of(wrong).guards)
    assert (finding.rule_id, finding.severity) == ("guard.example", "error")
    assert (finding.mark.file, finding.mark.line) == ("book.yaml", 9)
    wrong = BOOK.replace("b: 转人工, conflict: true", "b: 转人工, conflict: false")
    (finding,) = guard_problems(book_of(wrong).guards)
    assert "不应被判为相反" in finding.message


def test_every_example_of_the_shipped_guards_comes_out() -> None:
    book, findings = read_book({"guards.yaml": SHIPPED.read_text("utf-8")})
    assert {f.rule_id for f in findings} == {"book.empty"}
    assert guard_problems(book.guards) == []
    assert all(g.examples for g in book.guards)


@given(
    st.text(alphabet=st.characters(exclude_categories=()), max_size=40),
    st.text("没不别用要取消收到转人工0１7十百两天元…，?吗", max_size=20),
)
def test_any_text_is_judged_alike_both_ways(shipped: Guards, one: str, two: str) -> None:
    for a, b in ((one, two), (two, two + one)):
        assert bool(shipped.conflict(a, b)) == bool(shipped.conflict(b, a))
    assert shipped.conflict(two, two) is None


WISHES = """
guards:
  - id: guard.done
    title: 要办／已经办好
    yes: [我要, 帮我, 能不能]
    no: [已经…了, 办好了]
    examples:
      - {a: 我要, b: 办好了, conflict: true}
entries:
  - {id: help.human, title: 转人工, reply: 好。, asks: [我要人工, 帮我转人工, 人工, 人工办好了吧]}
"""


@pytest.mark.parametrize(
    ("message", "ask", "lowered"),
    [
        ("已经有人工找过我了", "人工", True),  # says nothing: a wish, as the others are
        ("我要人工", "人工", False),
        ("人工呢", "人工", False),
        ("人工办好了吧", "人工办好了吧", False),  # says the other: it states nothing
        ("我要人工", "人工办好了吧", False),
    ],
)
def test_an_ask_that_says_nothing_means_what_the_others_say(
    book_of: Callable[[str], Phrasebook], message: str, ask: str, lowered: bool
) -> None:
    book = book_of(WISHES.replace("我要人工,", "我要人工, 我要找人工, 能不能人工, 我要客服,"))
    book = replace(book, entries=(with_more_wishes(book),))
    candidate = Candidate(book.entries[0], 0.9, ask, 0.8, 0.9, 2.0, 0.0)
    (found,) = Guards(book).apply(normalize(message), [candidate])
    assert (found.candidate.confidence < 0.9) == lowered


def with_more_wishes(book: Phrasebook) -> Entry:
    """The entry with so many wishes that one other ask among them does not count."""
    (entry,) = book.entries
    more = tuple(replace(entry.asks[0], text=f"我要人工{n}") for n in range(12))
    return replace(entry, asks=(*entry.asks, *more))
