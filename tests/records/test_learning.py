"""What the learning reads of the journal, and the proposals that it stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from app.records import journal, learning
from app.records.database import transaction
from app.records.learning import ProposalRow, Reacted
from app.records.reports import Scope
from tests.records.records import NOON, feedback, suggestion


def row(name: str, shop: str = "a", **values: object) -> ProposalRow:
    made = ProposalRow(
        name, shop, "ask", "shipping.rush", ("几时出库", "几时寄"), {"title": "催发货"}, "v1", NOON
    )
    return replace(made, **values)  # type: ignore[arg-type]


def test_traffic_is_what_was_unsure_and_what_agents_reacted_to(engine: Engine) -> None:
    with transaction(engine, write=True) as connection:
        journal.record_suggestions(
            connection,
            [
                suggestion("1", "有货吗", decision="answer", minutes=1),
                suggestion("2", "在吗\n包邮吗", minutes=2, platform="jd", stage="presale"),
                suggestion(
                    "3", "几时发", decision="answer", minutes=3,
                    offered=(("shipping.rush", 0.9), ("stock.low", 0.2)),
                ),
                suggestion("4", "别家", shop="b", minutes=4),
                suggestion("5", "早先", minutes=-60),
            ],
        )  # fmt: skip
        for answer in (
            feedback("1", "displayed", entry_id="x"),
            feedback("3", "displayed"),
            feedback("3", "edited", entry_id="shipping.rush", text="我的电话是13812345678"),
            feedback("3", "sent"),
        ):
            journal.record_feedback(connection, answer)
        found = learning.traffic(connection, Scope("a", NOON))
        newest = learning.traffic(connection, Scope("a"), limit=1)
    first, second = found
    assert (first.message, first.offered) == ("几时发", ("shipping.rush", "stock.low"))
    assert first.reactions == (
        Reacted("edited", "shipping.rush", "我的电话是〔手机号〕"),
        Reacted("sent", None, None),
    )
    assert (second.message, second.decision, second.platform, second.stage) == (
        "在吗\n包邮吗", "none", "jd", "presale",
    )  # fmt: skip
    assert newest == (first,)


def test_open_proposals_are_replaced_and_decided_ones_stay(engine: Engine) -> None:
    with transaction(engine, write=True) as connection:
        learning.replace_open(connection, "a", [row("1", rank=1), row("2", rank=0), row("3")])
        learning.replace_open(connection, "b", [row("9", "b")])
        assert learning.decide(connection, "1", "rejected", at=NOON, reason="不对")
        assert not learning.decide(connection, "1", "accepted", at=NOON)
        assert not learning.decide(connection, "none", "accepted", at=NOON)
        later = NOON + timedelta(hours=1)
        assert learning.decide(connection, "3", "accepted", at=later)
        learning.replace_open(connection, "a", [row("1"), row("4")])
    with transaction(engine) as connection:
        assert [p.id for p in learning.stored(connection, "a", "open")] == ["4"]
        assert [p.id for p in learning.stored(connection, "b")] == ["9"]
        kept = learning.one(connection, "1")
        assert learning.one(connection, "2") is None
    assert kept == row("1", rank=1, state="rejected", reason="不对", decided_at=NOON)
