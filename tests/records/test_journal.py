from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import StatementError

from app.records import journal, tables
from app.records.database import transaction
from app.records.errors import OtherShopSuggestion, UnknownSuggestion
from app.records.journal import SuggestionRecord
from tests.records.records import NOON, feedback, suggestion


def put(engine: Engine, *records: SuggestionRecord, key: bytes = b"") -> None:
    with transaction(engine, write=True) as connection:
        journal.record_suggestions(connection, records, key)


def only(engine: Engine, table: object = tables.suggestions) -> dict[str, object]:
    with transaction(engine) as connection:
        return dict(connection.execute(select(table)).mappings().one())  # type: ignore[call-overload]


def test_a_suggestion_comes_back_as_it_was_given(engine: Engine) -> None:
    put(
        engine,
        suggestion(
            "s1", "催发货", platform="taobao", stage="insale", channel="phone", decision="choose",
            offered=(("shipping.rush", 0.8), ("shipping.time", 0.5)), phrasebook_version="v7",
            took_ms=1.5, conversation_id="buyer-1",
        ),
    )  # fmt: skip
    row = only(engine)
    assert row["conversation"] == journal.hash_conversation("buyer-1")
    assert row | {"conversation": None} == {
        "id": "s1", "created_at": NOON, "shop": "a", "platform": "taobao", "stage": "insale",
        "channel": "phone", "conversation": None, "message": "催发货", "message_key": "催发货",
        "decision": "choose", "phrasebook_version": "v7", "took_ms": 1.5,
        "offered": [
            {"entry_id": "shipping.rush", "confidence": 0.8},
            {"entry_id": "shipping.time", "confidence": 0.5},
        ],
    }  # fmt: skip


def test_personal_data_is_stored_masked(engine: Engine) -> None:
    put(engine, suggestion("s1", "我的手机13812345678"))
    with transaction(engine, write=True) as connection:
        journal.record_feedback(connection, feedback("s1", text="请拨打０２１-62345678"))
    assert only(engine)["message"] == "我的手机〔手机号〕"
    assert only(engine, tables.feedback)["text"] == "请拨打〔电话〕"


def test_moments_come_back_in_utc(engine: Engine) -> None:
    beijing = timezone(timedelta(hours=8))
    put(engine, replace(suggestion("s1"), created_at=datetime(2026, 11, 22, 20, tzinfo=beijing)))
    assert only(engine)["created_at"] == NOON
    assert only(engine)["created_at"].utcoffset() == timedelta(0)  # type: ignore[attr-defined]


def test_a_moment_without_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="时区"):
        put(engine, replace(suggestion("s1"), created_at=NOON.replace(tzinfo=None)))


@pytest.mark.parametrize("nasty", ["a\x00b", "a\ud800b", "\udfff", "😀\x00\udc00"], ids=ascii)
def test_what_databases_refuse_is_made_storable(engine: Engine, nasty: str) -> None:
    put(
        engine,
        suggestion(
            nasty, nasty, shop=nasty, platform=nasty, stage=nasty, channel=nasty,
            conversation_id=nasty, offered=((nasty, float("nan")),), phrasebook_version=nasty,
            took_ms=float("inf"),
        ),
    )  # fmt: skip
    with transaction(engine, write=True) as connection:
        record = feedback(nasty, text=nasty, entry_id=nasty, shop=nasty)
        journal.record_feedback(connection, record)
    clean = journal.storable(nasty, 100)
    assert "\ufffd" in clean
    assert only(engine)["message"] == clean
    assert only(engine)["offered"] == [{"entry_id": clean, "confidence": 0.0}]
    assert only(engine, tables.feedback)["text"] == clean


def test_very_long_values_are_cut_and_stored(engine: Engine) -> None:
    long = "长" * 50_000
    put(engine, suggestion(long, long, shop=long, phrasebook_version=long, stage=long))
    with transaction(engine, write=True) as connection:
        journal.record_feedback(connection, feedback(long, text=long, entry_id=long, shop=long))
    assert only(engine)["message"] == "长" * journal.TEXT_LENGTH


def test_cutting_leaves_no_half_of_a_number(engine: Engine) -> None:
    put(engine, suggestion("s1", "长" * (journal.TEXT_LENGTH - 5) + "13812345678"))
    assert "138" not in str(only(engine)["message"])


def test_a_repeated_batch_is_stored_once(engine: Engine) -> None:
    put(engine, suggestion("s1"), suggestion("s2"))
    put(engine, suggestion("s1"), suggestion("s2"), suggestion("s3"))
    with transaction(engine) as connection:
        query = select(func.count()).select_from(tables.suggestions)
        assert connection.execute(query).scalar_one() == 3


def test_an_empty_batch_is_nothing(engine: Engine) -> None:
    put(engine)


def test_feedback_ids_grow_and_every_outcome_is_kept(engine: Engine) -> None:
    put(engine, suggestion("s1"))
    with transaction(engine, write=True) as connection:
        ids = [
            journal.record_feedback(connection, feedback("s1", outcome))
            for outcome in journal.OUTCOMES
        ]
    assert ids == sorted(set(ids))


def test_feedback_for_an_unknown_suggestion_leaves_the_transaction_usable(engine: Engine) -> None:
    put(engine, suggestion("s1"))
    with transaction(engine, write=True) as connection:
        with pytest.raises(UnknownSuggestion, match="找不到这条建议") as caught:
            journal.record_feedback(connection, feedback("nobody"))
        journal.record_feedback(connection, feedback("s1"))
    assert caught.value.code == "suggestion.unknown"
    assert only(engine, tables.feedback)["suggestion_id"] == "s1"


def test_feedback_for_another_shops_suggestion_is_refused(engine: Engine) -> None:
    put(engine, suggestion("s1", shop="a"))
    with transaction(engine, write=True) as connection:
        with pytest.raises(OtherShopSuggestion):
            journal.record_feedback(connection, feedback("s1", shop="b"))
        journal.record_feedback(connection, feedback("s1", shop="a"))


def test_deleting_a_suggestion_deletes_its_feedback(engine: Engine) -> None:
    put(engine, suggestion("s1"))
    with transaction(engine, write=True) as connection:
        journal.record_feedback(connection, feedback("s1"))
        connection.execute(tables.suggestions.delete())
        left = connection.execute(select(func.count()).select_from(tables.feedback))
        assert left.scalar_one() == 0


def test_an_exception_rolls_everything_back(engine: Engine) -> None:
    with pytest.raises(RuntimeError), transaction(engine, write=True) as connection:
        journal.record_suggestions(connection, [suggestion("s1")])
        raise RuntimeError
    with transaction(engine) as connection:
        assert connection.execute(select(tables.suggestions)).first() is None


def test_conversations_are_hashed_with_the_key() -> None:
    plain, keyed = journal.hash_conversation("buyer"), journal.hash_conversation("buyer", b"key")
    assert len(plain) == len(keyed) == 32
    assert len({plain, keyed, journal.hash_conversation("other")}) == 3
    assert journal.hash_conversation("\ud800")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("怎么还不发货", "怎么还不发货？？？"),
        ("OK吗", "ｏｋ 吗~"),
        ("在吗\n发货了没", "在吗 发货了没！"),
    ],
)
def test_wordings_that_count_as_the_same(one: str, other: str) -> None:
    assert journal.message_key(one) == journal.message_key(other) != ""


def test_punctuation_alone_has_a_key_too() -> None:
    assert journal.message_key("？？？") == "???"
