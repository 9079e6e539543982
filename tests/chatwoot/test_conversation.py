"""A conversation of 100 events with everything that goes wrong between two servers."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

from tests.chatwoot.chatwoot_server import ChatwootServer, event
from tests.chatwoot.receiver import answering, send, wait_for_notes

EVENTS = 100
CONVERSATION = 7
TEXTS = (
    "怎么还不发货",
    "可以退货吗",
    "今天天气怎么样",
    "在吗",
    "有优惠吗",
    "发什么快递",
    "😀",
    "退款",
)
FAULTS: tuple[int | str | None, ...] = (500, 502, "lost", "slow", "limited", None, None, None)


def test_exactly_one_note_a_message(tmp_path: Path, chatwoot: ChatwootServer) -> None:
    rng = random.Random(11)
    chatwoot.faults = [rng.choice(FAULTS) for _ in range(200)]
    made = [_made(rng, chatwoot) for _ in range(EVENTS)]
    customers = {body["id"] for kind, body in made if kind == "customer"}
    assert len(customers) > 40
    deliveries = [(kind, body, n) for kind, body in made for n in range(rng.choice((1, 1, 2, 3)))]
    _shuffled_a_little(deliveries, rng)
    half = len(deliveries) // 2
    service = answering(tmp_path, chatwoot)
    _send_all(service, deliveries[:half])
    service.stop()  # with notes still to be written
    with answering(tmp_path, chatwoot) as service:
        _send_all(service, deliveries[half:])
        notes = wait_for_notes(chatwoot, len(customers), settled=2.0)
    counted = Counter(note.partition("\n")[0] for note in notes)
    assert counted == {f"话术建议 · 消息 #{number}": 1 for number in customers}
    assert not any("伪造" in note for note in notes)


def _made(rng: random.Random, chatwoot: ChatwootServer) -> tuple[str, dict[str, Any]]:
    """One event, and what it is."""
    kind = rng.choices(
        ("customer", "agent", "private", "activity", "updated", "forged", "old", "empty"),
        (60, 10, 6, 4, 6, 6, 4, 4),
    )[0]
    text = rng.choice(TEXTS)
    if kind == "forged":
        return kind, event(90_000 + rng.randrange(999), CONVERSATION, f"伪造的{text}")
    stored = {"agent": 1, "private": 1, "activity": 2}.get(kind, 0)
    number = chatwoot.write(CONVERSATION, text, stored)
    body = event(number, CONVERSATION, text)
    if kind == "customer":
        body["message_type"] = rng.choice(("incoming", 0))
    elif kind == "agent":
        body["message_type"] = rng.choice(("outgoing", 1))
    elif kind == "private":
        body |= {"message_type": "outgoing", "private": True}
    elif kind == "activity":
        body["message_type"] = rng.choice(("activity", 2))
    elif kind == "updated":
        body["event"] = "message_updated"
    elif kind == "empty":
        body["content"] = None
    return kind, body


def _send_all(service: Any, deliveries: list[tuple[str, dict[str, Any], int]]) -> None:
    for kind, body, _ in deliveries:
        if kind == "forged":
            assert send(service, body, signature="sha256=" + "0" * 64).status_code == 401
        elif kind == "old":
            assert send(service, body, timestamp="1700000000").status_code == 401
        else:
            answer = send(service, body)
            assert answer.status_code == 200, answer.text


def _shuffled_a_little(deliveries: list[Any], rng: random.Random) -> None:
    """Webhooks overtake each other, by a few places."""
    places = {id(x): i + rng.uniform(0, 6) for i, x in enumerate(deliveries)}
    deliveries.sort(key=lambda x: places[id(x)])
