"""Half-typed messages and the journal."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from app.records.journal import SuggestionRecord
from app.web.previews import Previews

ONE = SuggestionRecord(
    id="1", created_at=datetime(2026, 11, 22, tzinfo=UTC), shop="default", message="怎",
    decision="none", conversation_id="c",
)  # fmt: skip


def typed(identity: str, message: str, conversation: str | None = "c") -> SuggestionRecord:
    return replace(ONE, id=identity, message=message, conversation_id=conversation)


def journalled(*steps: object) -> list[str]:
    """The messages that reach the journal when these calls are made and the service stops."""
    stored: list[str] = []

    async def play() -> None:
        held = Previews(lambda record: stored.append(record.message))
        for step in steps:
            step(held)  # type: ignore[operator]
        held.flush()

    asyncio.run(play())
    return stored


def test_only_the_last_state_of_typing_is_stored() -> None:
    assert journalled(
        lambda h: h.hold(typed("1", "怎")),
        lambda h: h.hold(typed("2", "怎么还")),
        lambda h: h.hold(typed("3", "怎么还不发货")),
    ) == ["怎么还不发货"]


def test_another_message_leaves_the_one_before_in_the_journal() -> None:
    assert journalled(
        lambda h: h.hold(typed("1", "怎么还不发货")), lambda h: h.hold(typed("2", "能开发票吗"))
    ) == ["怎么还不发货", "能开发票吗"]


def test_conversations_do_not_mix() -> None:
    assert journalled(
        lambda h: h.hold(typed("1", "怎么", "a")), lambda h: h.hold(typed("2", "怎么还", "b"))
    ) == ["怎么", "怎么还"]


def test_without_a_conversation_nothing_is_held_back() -> None:
    assert journalled(
        lambda h: h.hold(typed("1", "怎", None)), lambda h: h.hold(typed("2", "怎么", None))
    ) == ["怎", "怎么"]


def test_feedback_lets_its_preview_in_at_once_and_once() -> None:
    assert journalled(
        lambda h: h.hold(typed("1", "怎么还不发货")),
        lambda h: h.keep("1"),
        lambda h: h.hold(typed("2", "怎么还不发货啊")),
    ) == ["怎么还不发货", "怎么还不发货啊"]


def test_the_final_message_takes_the_place_of_its_previews() -> None:
    assert (
        journalled(
            lambda h: h.hold(typed("1", "怎么还不")), lambda h: h.settle(typed("2", "怎么还不发货"))
        )
        == []
    )


def test_a_preview_that_stays_is_stored_by_itself() -> None:
    async def wait() -> str:
        stored: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        held = Previews(lambda record: stored.set_result(record.message), patience=0.01)
        held.hold(typed("1", "怎么还不发货"))
        return await asyncio.wait_for(stored, 10)

    assert asyncio.run(wait()) == "怎么还不发货"
