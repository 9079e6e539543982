"""Vectors at hand before they are asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from app.encoders.prepared import Prepared
from app.engine.encode import Vectors
from app.engine.errors import EncoderError
from app.workbench import prepared


class Counting:
    """Counts what it is asked; the vector of a text tells its length."""

    name = "counting"
    dimension = 2
    parts = ()
    remote = False
    problem = None

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], bool]] = []

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        self.asked.append((tuple(texts), book))
        return np.array([[len(t), 1] for t in texts], dtype=np.float32).reshape(-1, 2)

    def check(self) -> None:
        raise EncoderError("查过了")


def test_known_texts_are_asked_for_once_and_as_those_of_a_book() -> None:
    inner = Counting()
    ready = Prepared(inner, ["一", "二二", "一"])
    assert inner.asked == [(("一", "二二"), True)]
    assert ready.encode(["二二", "一"]).tolist() == [[2, 1], [1, 1]]
    assert len(inner.asked) == 1


def test_everything_else_is_the_encoders_own() -> None:
    inner = Counting()
    ready = Prepared(inner, ["一"])
    assert ready.encode(["一", "三三三"]).tolist() == [[1, 1], [3, 1]]
    assert ready.encode(["一"], book=True).tolist() == [[1, 1]]
    assert ready.encode([]).shape == (0, 2)
    assert inner.asked[1:] == [(("三三三",), False), (("一",), True), ((), False)]
    assert (ready.name, ready.dimension, ready.remote, ready.problem) == (
        "counting", 2, False, None,
    )  # fmt: skip
    with pytest.raises(EncoderError, match="查过了"):
        ready.check()


class Away(Counting):
    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        raise EncoderError("不在")


def test_an_encoder_that_is_away_stays_as_it_is() -> None:
    away = Away()
    assert prepared(away, ["一"]) is away
    assert isinstance(prepared(Counting(), ["一"]), Prepared)
