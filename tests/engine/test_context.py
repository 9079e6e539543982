"""What is known about a conversation, and where it makes a difference."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from app.engine.model import Context

PLAIN = Context(today=date(2026, 1, 1))
OTHER: dict[str, Any] = {
    "today": date(2026, 1, 2),
    "platform": "jd",
    "stage": "presale",
    "order": "paid",
    "channel": "phone",
    "turn": "later",
    "mood": "upset",
    "busy": True,
    "callback": True,
    "variables": {"order_no": "1"},
}


@pytest.mark.parametrize("name", [field.name for field in fields(Context)])
def test_every_field_makes_a_context_another_one(name: str) -> None:
    assert replace(PLAIN, **{name: OTHER[name]}).key() != PLAIN.key()


def test_the_order_of_variables_makes_no_difference() -> None:
    one = replace(PLAIN, variables={"a": "1", "b": "2"})
    assert one.key() == replace(PLAIN, variables={"b": "2", "a": "1"}).key()
