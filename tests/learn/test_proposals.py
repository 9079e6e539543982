"""Proposals from what customers wrote and agents did: what is proposed, and what never is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from app.engine.encode import NoEncoder
from app.engine.model import Decision
from app.engine.suggest import Suggester
from app.learn.heard import Heard, Reaction, may_be_learnt, wordings
from app.learn.proposals import Proposal, Refused, propose
from tests.learn.small_book import ENTRIES, TODAY, book_of

ENGINE = Suggester(book_of(ENTRIES), NoEncoder())


def heard(text: str, *reactions: Reaction, times: int = 1, **more: Any) -> list[Heard]:
    decision: Decision = more.pop("decision", "none")
    return [Heard((text,), decision, reactions=reactions, **more)] * times


def found(rows: Sequence[Heard], refused: Refused = Refused()) -> tuple[Proposal, ...]:  # noqa: B008
    return propose(ENGINE, rows, refused, today=TODAY)


def texts(proposal: Proposal) -> list[str]:
    return [line.text for line in proposal.lines]


def test_nothing_comes_of_nothing() -> None:
    assert found([]) == ()


def test_what_agents_sent_for_an_unsure_message_becomes_an_ask() -> None:
    (one,) = found(heard("我的宝贝几时出库呢", Reaction("sent", "shipping.rush")))
    assert (one.kind, one.entry_id, one.title) == ("ask", "shipping.rush", "催发货")
    assert texts(one) == ["我的宝贝几时出库呢"]
    assert (one.count, one.lines[0].count) == (1, 1)


def test_an_edited_suggestion_counts_as_sent() -> None:
    edited = Reaction("edited", "shipping.rush", "马上为您催促一下。")
    (one,) = found(heard("我的宝贝几时出库呢", edited))
    assert (one.kind, one.entry_id) == ("ask", "shipping.rush")


def test_feedback_without_a_name_is_about_the_first_suggestion() -> None:
    (one,) = found(
        heard("我的宝贝几时出库呢", Reaction("sent"), offered=("invoice.get", "shipping.rush"))
    )
    assert one.entry_id == "invoice.get"


@pytest.mark.parametrize("text", ["怎么还不发货", "怎么还不发货？？", "发票丢了怎么补", "讲个笑话"])
def test_what_the_book_says_already_is_not_proposed(text: str) -> None:
    assert found(heard(text, Reaction("sent", "shipping.rush"), times=5)) == ()


def test_an_entry_that_is_gone_gains_nothing() -> None:
    assert found(heard("我的宝贝几时出库呢", Reaction("sent", "gone.away"))) == ()


def test_spellings_are_counted_as_one_wording_the_most_frequent_first() -> None:
    sent = Reaction("sent", "shipping.rush")
    rows = heard("我的宝贝几时出库呢", sent) + heard("我的宝贝几时出库呢？", sent, times=2)
    (one,) = found(rows)
    assert one.lines[0].text == "我的宝贝几时出库呢？"
    assert one.lines[0].count == 3
    assert set(one.lines[0].samples) == {"我的宝贝几时出库呢？", "我的宝贝几时出库呢"}


def test_a_rejected_suggestion_becomes_a_near_miss() -> None:
    (one,) = found(
        heard("能开票吗你们老板", Reaction("rejected", "invoice.get"), decision="answer")
    )
    assert (one.kind, one.entry_id, texts(one)) == (
        "near_miss",
        "invoice.get",
        ["能开票吗你们老板"],
    )


def test_more_sent_than_rejected_is_no_near_miss() -> None:
    rows = heard("能开票吗你们老板", Reaction("rejected", "invoice.get"), decision="answer")
    rows += heard("能开票吗你们老板", Reaction("sent", "invoice.get"), times=2, decision="answer")
    assert [p for p in found(rows) if p.kind == "near_miss"] == []


def test_unanswered_messages_far_from_everything_become_a_new_entry() -> None:
    rows = heard("有没有实体店面", times=3) + heard("请问有没有实体店面啊", times=2)
    rows += heard("你们有实体店面没有", times=1)
    (one,) = found(rows)
    assert (one.kind, one.entry_id, one.count) == ("entry", "", 6)
    assert "有没有实体店面" in texts(one)
    assert one.reply == ""


def test_what_agents_wrote_themselves_is_the_draft_of_the_new_entry() -> None:
    wrote = Reaction("edited", None, "我们只在网上，没有实体店面。")
    (one,) = found(heard("有没有实体店面", wrote, times=2))
    assert (one.kind, one.reply) == ("entry", "我们只在网上，没有实体店面。")


def test_a_cluster_near_an_entry_becomes_asks_of_it() -> None:
    rows = heard("抬头怎么写", times=2, decision="choose") + heard("抬头该怎么写呢", times=2)
    (one,) = found(rows)
    assert (one.kind, one.entry_id, one.count) == ("ask", "invoice.get", 4)


def test_what_came_once_and_nobody_reacted_to_is_not_worth_a_look() -> None:
    assert found(heard("有没有实体店面")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "我的电话是13812345678，几时出库",
        "我的电话是〔手机号〕，几时出库",
        "寄到〔地址〕几时出库",
        "几时出库\x07",
        "出" * 61,
        "？",
    ],
)
def test_personal_data_and_oddities_never_become_wording(text: str) -> None:
    assert not may_be_learnt(text)
    assert found(heard(text, Reaction("sent", "shipping.rush"), times=5)) == ()


def test_personal_data_never_becomes_a_reply() -> None:
    wrote = Reaction("edited", None, "请打13812345678，有实体店面。")
    (one,) = found(heard("有没有实体店面", wrote, times=2))
    assert one.reply == ""


def test_bursts_teach_nothing() -> None:
    burst = Heard(("在吗", "宝贝几时出库"), "none", reactions=(Reaction("sent", "shipping.rush"),))
    assert found([burst] * 5) == ()


def test_words_that_agents_replace_again_and_again_become_a_rewrite() -> None:
    edited = Reaction("edited", "shipping.rush", "立刻为您催一催。")
    rows = heard("怎么还不发货", edited, times=3, decision="answer", offered=("shipping.rush",))
    (one,) = found(rows)
    assert (one.kind, texts(one), one.reply, one.count) == ("rewrite", ["马上"], "立刻", 3)
    assert "shipping.rush" in one.why
    assert found(rows[:2]) == ()


def test_what_was_rejected_is_not_asked_again() -> None:
    rows = heard("我的宝贝几时出库呢", Reaction("sent", "shipping.rush"))
    (before,) = found(rows)
    (core,) = wordings(rows)
    refused = Refused(frozenset({("ask", "shipping.rush", core)}))
    assert before.kind == "ask"
    assert found(rows, refused) == ()
    assert found(rows, Refused(frozenset({("ask", "invoice.get", core)}))) == (before,)


def test_an_id_says_what_a_proposal_says() -> None:
    (one,) = found(heard("我的宝贝几时出库呢", Reaction("sent", "shipping.rush")))
    (same,) = found(heard("我的宝贝几时出库呢", Reaction("sent", "shipping.rush"), times=9))
    (other,) = found(heard("我的宝贝几时出库呢", Reaction("sent", "invoice.get")))
    assert one.id == same.id != other.id
