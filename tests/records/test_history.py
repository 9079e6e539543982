"""What customers wrote, read back from the journal."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from app.records import journal
from app.records.database import transaction
from app.records.history import Written, written
from app.records.journal import SuggestionRecord
from app.records.reports import Scope
from tests.records.records import NOON, suggestion


def put(engine: Engine, *records: SuggestionRecord) -> None:
    with transaction(engine, write=True) as connection:
        journal.record_suggestions(connection, records)


def history(engine: Engine, scope: Scope = Scope(), limit: int = 100) -> tuple[Written, ...]:  # noqa: B008
    with transaction(engine) as connection:
        return written(connection, scope, limit=limit)


def test_an_empty_journal(engine: Engine) -> None:
    assert history(engine) == ()


def test_each_wording_once_in_each_setting_the_most_recent_first(engine: Engine) -> None:
    put(
        engine,
        suggestion("1", "包邮吗", minutes=1),
        suggestion("2", "有货吗", minutes=2, platform="jd", stage="presale", channel="phone"),
        suggestion("3", "包邮吗", minutes=3, decision="answer"),
        suggestion("4", "包邮吗", minutes=4, platform="jd"),
        suggestion("5", "在吗\n包邮吗", minutes=5),
    )
    assert history(engine) == (
        Written("在吗\n包邮吗", None, None, "chat", 1, NOON + timedelta(minutes=5)),
        Written("包邮吗", "jd", None, "chat", 1, NOON + timedelta(minutes=4)),
        Written("包邮吗", None, None, "chat", 2, NOON + timedelta(minutes=3)),
        Written("有货吗", "jd", "presale", "phone", 1, NOON + timedelta(minutes=2)),
    )
    assert [w.message for w in history(engine, limit=1)] == ["在吗\n包邮吗"]


def test_scope(engine: Engine) -> None:
    put(
        engine,
        suggestion("1", "早", minutes=0),
        suggestion("2", "中", minutes=10),
        suggestion("3", "别家", minutes=10, shop="b"),
        suggestion("4", "晚", minutes=20),
    )
    since, until = NOON + timedelta(minutes=5), NOON + timedelta(minutes=20)
    scope = Scope(shop="a", since=since, until=until)
    assert [w.message for w in history(engine, scope)] == ["中"]


def test_personal_data_is_masked(engine: Engine) -> None:
    put(engine, suggestion("1", "我的电话是13812345678"))
    assert history(engine)[0].message == "我的电话是〔手机号〕"
