from __future__ import annotations

import asyncio
import threading
import time

import pytest
from sqlalchemy import Engine, func, select

from app.records import tables
from app.records.database import transaction
from app.records.errors import (
    OtherShopSuggestion,
    StoreClosed,
    UnknownSuggestion,
)
from app.records.writer import Writer
from tests.records.records import NOON, feedback, suggestion


def stored(engine: Engine) -> list[str]:
    with transaction(engine) as connection:
        return sorted(connection.execute(select(tables.suggestions.c.id)).scalars())


def feedback_count(engine: Engine) -> int:
    with transaction(engine) as connection:
        query = select(func.count()).select_from(tables.feedback)
        return int(connection.execute(query).scalar_one())


def test_suggestions_are_written(engine: Engine) -> None:
    with Writer(engine) as writer:
        for number in range(1200):
            writer.suggestion(suggestion(str(number)))
        assert writer.flush()
        state = writer.state()
        assert (state.written, state.queued, state.dropped) == (1200, 0, 0)
        assert state.running
        assert state.available
    assert len(stored(engine)) == 1200
    assert not writer.state().running


def test_close_writes_what_is_queued(engine: Engine) -> None:
    with Writer(engine) as writer:
        writer.suggestion(suggestion("s1"))
    assert stored(engine) == ["s1"]
    assert writer.close()


def test_feedback_is_committed_before_its_answer(engine: Engine) -> None:
    with Writer(engine) as writer:
        writer.suggestion(suggestion("s1"))
        number = writer.feedback(feedback("s1", "edited", text="改过的")).result(10)
        with transaction(engine) as connection:
            row = connection.execute(select(tables.feedback)).mappings().one()
    assert (row["id"], row["text"]) == (number, "改过的")


def test_feedback_right_behind_its_queued_suggestion_always_finds_it(engine: Engine) -> None:
    with Writer(engine) as writer:
        futures = []
        for number in range(300):
            writer.suggestion(suggestion(str(number)))
            futures.append(writer.feedback(feedback(str(number))))
        assert len({future.result(10) for future in futures}) == 300


def test_feedback_in_a_coroutine(engine: Engine) -> None:
    async def send(writer: Writer) -> int:
        writer.suggestion(suggestion("s1"))
        return await asyncio.wrap_future(writer.feedback(feedback("s1")))

    with Writer(engine) as writer:
        assert asyncio.run(send(writer)) > 0


def test_a_request_that_goes_away_does_not_disturb_the_writer(engine: Engine) -> None:
    async def give_up(writer: Writer) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.wrap_future(writer.feedback(feedback("nobody"))), 0.01)

    with Writer(engine) as writer:
        asyncio.run(give_up(writer))
        writer.suggestion(suggestion("s1"))
        assert writer.feedback(feedback("s1")).result(10) > 0


def test_unknown_and_foreign_suggestions_fail_alone(engine: Engine) -> None:
    with Writer(engine) as writer:
        writer.suggestion(suggestion("s1", shop="a"))
        unknown = writer.feedback(feedback("nobody"))
        foreign = writer.feedback(feedback("s1", shop="b"))
        good = writer.feedback(feedback("s1", shop="a"))
        assert good.result(10) > 0
        with pytest.raises(OtherShopSuggestion):
            foreign.result(10)
        with pytest.raises(UnknownSuggestion):
            unknown.result(10)
    assert feedback_count(engine) == 1


def test_feedback_waits_a_moment_for_another_process(engine: Engine) -> None:
    with Writer(engine) as here, Writer(engine) as there:
        early = here.feedback(feedback("s1"))
        time.sleep(0.3)
        there.suggestion(suggestion("s1"))
        assert early.result(10) > 0


def test_many_threads_at_once(engine: Engine) -> None:
    def serve(writer: Writer, name: str) -> None:
        for number in range(50):
            writer.suggestion(suggestion(f"{name}-{number}"))
            writer.feedback(feedback(f"{name}-{number}")).result(30)

    with Writer(engine) as writer:
        threads = [threading.Thread(target=serve, args=(writer, str(n))) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(stored(engine)) == feedback_count(engine) == 400


def test_a_record_that_can_not_be_stored_is_dropped_alone(engine: Engine) -> None:
    with Writer(engine) as writer:
        writer.suggestion(suggestion("good"))
        writer.suggestion(suggestion("bad", created_at=NOON.replace(tzinfo=None)))
        writer.suggestion(suggestion("fine"))
        assert writer.flush()
        assert writer.state().dropped == 1
        assert writer.state().available
    assert stored(engine) == ["fine", "good"]


def test_after_close_nothing_raises_into_the_request(engine: Engine) -> None:
    with Writer(engine) as writer:
        pass
    writer.suggestion(suggestion("s1"))
    with pytest.raises(StoreClosed):
        writer.feedback(feedback("s1")).result(1)
    assert writer.state().dropped == 1


def test_a_writer_that_never_started_closes(engine: Engine) -> None:
    writer = Writer(engine)
    writer.suggestion(suggestion("s1"))
    waiting = writer.feedback(feedback("s1"))
    assert writer.close()
    with pytest.raises(StoreClosed):
        waiting.result(1)
    assert writer.state().dropped == 1
