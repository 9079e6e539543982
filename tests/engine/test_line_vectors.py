"""Vectors compared in two steps: what is near is compared exactly, the rest nearly."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine.line_vectors import EXACT, FRONT, Floats, LineVectors, principal


def unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def lines(count: int, width: int, seed: int = 0) -> Floats:
    """Lines in clusters, as the asks of entries are, with the directions that tell most first."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(40, width))
    near = centres[rng.integers(40, size=count)] + 0.7 * rng.normal(size=(count, width))
    rows = unit(near)
    return rows @ principal(rows)


def compared(rows: Floats, vector: Floats) -> Floats:
    near = LineVectors(rows)
    similarity: Floats = near.roughly(vector[None])[0].copy()
    near.refine(similarity, vector)
    return similarity


@pytest.mark.parametrize("count", [1, EXACT, EXACT + 1, 4000])
@pytest.mark.parametrize("width", [2, FRONT, 512])
def test_the_nearest_lines_are_compared_exactly(count: int, width: int) -> None:
    rows = lines(count, width)
    for vector in unit(rows[: min(count, 20)] + 0.2 * lines(min(count, 20), width, seed=1)):
        exact = rows @ vector
        found = compared(rows, vector)
        best = np.argsort(-exact)[:20]
        np.testing.assert_allclose(found[best], exact[best], atol=1e-5)
        assert np.abs(found - exact).max() < 0.25
        assert exact[found.argmax()] >= exact[best[0]] - 1e-5


def test_several_messages_at_once_are_each_compared_as_alone() -> None:
    rows = lines(600, 512)
    near = LineVectors(rows)
    together = near.roughly(rows[:5])
    assert together.shape == (5, 600)
    for alone, vector in zip(together, rows[:5], strict=True):
        np.testing.assert_allclose(alone, near.roughly(vector[None])[0], atol=1e-6)


@pytest.mark.parametrize("width", [2, FRONT, 512])
def test_the_first_directions_tell_most_and_all_keep_products(width: int) -> None:
    spread = np.linspace(1, 9, width)
    rows = unit(np.random.default_rng(2).normal(size=(3000, width)) * spread)
    directions = principal(rows)
    np.testing.assert_allclose(directions.T @ directions, np.eye(width), atol=1e-5)
    told = ((rows @ directions) ** 2).sum(axis=0)[:FRONT].sum()
    assert told >= 0.97 * np.linalg.eigvalsh(rows.T @ rows)[::-1][:FRONT].sum()
