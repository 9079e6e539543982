from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from app.records import journal
from app.records.database import transaction
from app.records.journal import FeedbackRecord, SuggestionRecord
from app.records.reports import EVERYTHING, Scope, Stats, Unanswered, stats, unanswered
from tests.records.records import NOON, feedback, suggestion


def put(
    engine: Engine, records: list[SuggestionRecord], answers: list[FeedbackRecord] | None = None
) -> None:
    with transaction(engine, write=True) as connection:
        journal.record_suggestions(connection, records)
        for answer in answers or []:
            journal.record_feedback(connection, answer)


def list_unanswered(engine: Engine, scope: Scope, **limits: int) -> tuple[Unanswered, ...]:
    with transaction(engine) as connection:
        return unanswered(connection, scope, **limits)


def figures(engine: Engine, scope: Scope = EVERYTHING, entries: int = 20) -> Stats:
    with transaction(engine) as connection:
        return stats(connection, scope, entries=entries)


def test_an_empty_journal(engine: Engine) -> None:
    assert list_unanswered(engine, Scope()) == ()
    nothing = figures(engine)
    assert nothing.suggestions == 0
    assert nothing.decisions == {"answer": 0, "choose": 0, "none": 0}
    assert nothing.outcomes == {"displayed": 0, "sent": 0, "edited": 0, "rejected": 0}
    assert nothing.took_ms_p95 is None
    assert nothing.entries == ()


def test_unanswered_groups_wordings_with_counts_and_samples(engine: Engine) -> None:
    put(
        engine,
        [
            suggestion("1", "能开专票吗", minutes=1),
            suggestion("2", "能开专票吗？", minutes=2),
            suggestion("3", "能开专票吗？", minutes=3),
            suggestion("4", "发哪个快递", minutes=9),
            suggestion("5", "有货吗", decision="answer"),
            suggestion("6", "有货吗", decision="choose"),
        ],
    )
    first, second = list_unanswered(engine, Scope())
    assert first == Unanswered(
        "能开专票吗", 3, NOON + timedelta(minutes=1), NOON + timedelta(minutes=3),
        ("能开专票吗？", "能开专票吗"),
    )  # fmt: skip
    assert (second.key, second.count) == ("发哪个快递", 1)


def test_unanswered_keeps_to_its_scope_and_limits(engine: Engine) -> None:
    put(
        engine,
        [
            suggestion("1", "一", shop="a", minutes=0),
            suggestion("2", "二", shop="b", minutes=5),
            suggestion("3", "三", shop="a", minutes=10),
            *(suggestion(f"4{mark}", f"四{mark}", shop="c") for mark in "？！。～"),
        ],
    )
    five, ten = NOON + timedelta(minutes=5), NOON + timedelta(minutes=10)

    def keys(scope: Scope, limit: int = 50) -> list[str]:
        return [found.key for found in list_unanswered(engine, scope, limit=limit)]

    assert keys(Scope(shop="a")) == ["三", "一"]
    assert keys(Scope(since=five)) == ["三", "二"]
    assert keys(Scope(since=five, until=ten)) == ["二"]
    assert keys(Scope(), limit=2) == ["四", "三"]
    (four,) = list_unanswered(engine, Scope(shop="c"), samples=2)
    assert four.count == 4
    assert len(four.samples) == 2


def test_stats_count_decisions_outcomes_and_entries(engine: Engine) -> None:
    put(
        engine,
        [
            suggestion("1", decision="answer", took_ms=1.0),
            suggestion("2", decision="answer", took_ms=2.0),
            suggestion("3", decision="choose", took_ms=3.0),
            suggestion("4", decision="none", took_ms=40.0),
            suggestion("5", decision="none", took_ms=99.0, shop="b"),
        ],
        [
            feedback("1", "displayed", entry_id="x"),
            feedback("1", "sent", entry_id="x"),
            feedback("2", "edited", entry_id="y", text="改过"),
            feedback("3", "rejected"),
            feedback("5", "sent", entry_id="z"),
        ],
    )
    found = figures(engine, Scope(shop="a"))
    assert found.suggestions == 4
    assert found.decisions == {"answer": 2, "choose": 1, "none": 1}
    assert found.outcomes == {"displayed": 1, "sent": 1, "edited": 1, "rejected": 1}
    assert found.took_ms_p95 == 40.0
    assert [(e.entry_id, e.outcomes["sent"]) for e in found.entries] == [("x", 1), ("y", 0)]
    assert [e.entry_id for e in figures(engine, entries=1).entries] == ["x"]


def test_the_95th_percentile_is_the_nearest_rank(engine: Engine) -> None:
    put(engine, [suggestion(str(i), took_ms=float(i)) for i in range(1, 101)])
    assert figures(engine).took_ms_p95 == 95.0
