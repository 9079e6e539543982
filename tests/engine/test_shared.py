"""What is made of equal parts is made once, for as long as somebody uses it."""

from __future__ import annotations

import gc
import weakref

import pytest

from app.engine.shared import Shared


class Made:
    def __init__(self, parts: tuple[str, ...]) -> None:
        self.parts = parts


def test_equal_parts_share_what_is_in_use() -> None:
    shared = Shared(Made)
    one = shared.get(("a", "b"))
    assert shared.get(tuple("ab")) is one
    assert shared.get(("a",)) is not one
    assert shared.get(("a",)).parts == ("a",)


def test_nothing_is_kept_that_nobody_uses() -> None:
    shared = Shared(Made)
    gone = weakref.ref(shared.get(("a",)))
    gc.collect()
    assert gone() is None
    assert shared.get(("a",)).parts == ("a",)


def test_what_can_not_be_made_is_tried_again() -> None:
    shared: Shared[tuple[str, ...], Made] = Shared(lambda parts: Made((parts[1],)))
    for _ in range(2):
        with pytest.raises(IndexError):
            shared.get(("a",))
    assert shared.get(("a", "b")).parts == ("b",)
