from __future__ import annotations

from datetime import date, timedelta, timezone

from sqlalchemy import Engine

from app.records import figures, journal
from app.records.database import transaction
from app.records.figures import Day, EntryQuestions
from app.records.journal import FeedbackRecord, SuggestionRecord
from tests.records.records import NOON, feedback, suggestion

CHINA = timezone(timedelta(hours=8))
DAY = NOON.date()
HOURS = 60


def put(engine: Engine, records: list[SuggestionRecord], *answers: FeedbackRecord) -> None:
    with transaction(engine, write=True) as connection:
        journal.record_suggestions(connection, records)
        for answer in answers:
            journal.record_feedback(connection, answer)


def daily(engine: Engine, days: tuple[date, ...], shop: str | None = None) -> tuple[Day, ...]:
    with transaction(engine) as connection:
        return figures.daily(connection, days, CHINA, shop)


def asked(engine: Engine, *, limit: int = 20) -> tuple[EntryQuestions, ...]:
    with transaction(engine) as connection:
        return figures.asked_entries(connection, (DAY,), CHINA, limit=limit)


def test_an_empty_journal_has_days_without_questions(engine: Engine) -> None:
    days = figures.last_days(DAY, 3)
    assert days[0] == DAY - timedelta(days=2)
    nothing = {"answer": 0, "choose": 0, "none": 0}
    assert daily(engine, days) == tuple(Day(day, nothing, 0, 0) for day in days)
    assert daily(engine, ()) == ()
    assert asked(engine) == ()


def test_days_begin_at_midnight_of_the_zone(engine: Engine) -> None:
    # NOON is 12:00 UTC, 20:00 in China: four hours later the next day begins there.
    put(
        engine,
        [
            suggestion("1", minutes=4 * HOURS - 1, decision="answer"),
            suggestion("2", minutes=4 * HOURS, decision="none"),
            suggestion("3", minutes=-20 * HOURS, decision="choose"),
            suggestion("4", minutes=-20 * HOURS - 1),  # the day before: out of the span
        ],
    )
    first, second = daily(engine, (DAY, DAY + timedelta(days=1)))
    assert first.decisions == {"answer": 1, "choose": 1, "none": 0}
    assert second.decisions == {"answer": 0, "choose": 0, "none": 1}
    assert (first.questions, second.questions) == (2, 1)


def test_a_suggestion_is_shown_and_used_once(engine: Engine) -> None:
    put(
        engine,
        [suggestion(str(n), decision="answer", shop="a") for n in range(4)]
        + [suggestion("other", decision="answer", shop="b")],
        feedback("0", "displayed", entry_id="x"),
        feedback("0", "displayed", entry_id="y"),
        feedback("0", "sent", entry_id="x"),
        feedback("0", "edited", entry_id="x", text="改过"),
        feedback("1", "displayed", entry_id="x"),
        feedback("2", "rejected", entry_id="x"),
        feedback("other", "sent", entry_id="x"),
    )
    (day,) = daily(engine, (DAY,), shop="a")
    assert (day.questions, day.shown, day.used) == (4, 3, 1)
    (everything,) = daily(engine, (DAY,))
    assert (everything.questions, everything.shown, everything.used) == (5, 4, 2)


def test_entries_by_how_often_they_stood_first(engine: Engine) -> None:
    put(
        engine,
        [
            suggestion("1", decision="answer", offered=(("a", 0.9), ("b", 0.2))),
            suggestion("2", decision="choose", offered=(("b", 0.5), ("a", 0.4))),
            suggestion("3", decision="answer", offered=(("b", 0.9),)),
            suggestion("4", decision="none", offered=(("c", 0.1),)),
            suggestion("5", decision="answer", offered=()),
        ],
        feedback("2", "displayed", entry_id="b"),
        feedback("2", "sent", entry_id="a"),
        feedback("3", "displayed", entry_id="b"),
    )
    assert asked(engine) == (EntryQuestions("b", 2, 2, 1), EntryQuestions("a", 1, 0, 0))
    assert asked(engine, limit=1) == (EntryQuestions("b", 2, 2, 1),)
