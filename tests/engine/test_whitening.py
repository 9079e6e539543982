"""Sentence vectors as the ranker compares them."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine.errors import EncoderChanged
from app.engine.whitening import fit_whitening

RNG = np.random.default_rng(3)
LABELS = np.repeat(np.arange(12), 5)


def asks(noise: int, width: int = 16) -> np.ndarray:
    """Five vectors for each of twelve entries; they differ within an entry in column `noise`."""
    centres = RNG.normal(size=(12, width))
    vectors = np.repeat(centres, 5, axis=0)
    vectors[:, noise] += 6 * RNG.normal(size=len(vectors))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_a_direction_in_which_asks_of_one_entry_differ_counts_little() -> None:
    vectors = asks(noise=2)
    moved = vectors[0].copy()
    moved[2] += 0.4
    other = vectors[0].copy()
    other[7] += 0.4
    whiten = fit_whitening(vectors, LABELS)
    ask, along, across = whiten(np.stack([vectors[0], moved, other]))
    assert ask @ along > ask @ across


@pytest.mark.parametrize("plain", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("widths", [(), (16,), (6, 10)])
def test_rows_have_length_one(widths: tuple[int, ...], plain: float) -> None:
    vectors = asks(noise=2)
    rows = fit_whitening(vectors, LABELS, widths=widths, plain=plain)(vectors[:7])
    assert rows.shape == (7, 32 if plain else 16)
    assert rows.dtype == np.float32
    # Parts keep their own mean length, which in these vectors differs from row to row.
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


def test_vectors_side_by_side_are_whitened_apart() -> None:
    left, right = asks(noise=2), asks(noise=5)
    both = np.hstack([left * 0.6**0.5, right * 0.4**0.5])
    got = fit_whitening(both, LABELS, widths=(16, 16))(both)
    alone = [fit_whitening(half, LABELS)(half) for half in (left, right)]
    assert np.allclose(got[:, :16], alone[0] * 0.6**0.5, atol=1e-4)
    assert np.allclose(got[:, 16:], alone[1] * 0.4**0.5, atol=1e-4)


def test_plain_vectors_go_without_what_all_share() -> None:
    vectors = asks(noise=2)
    vectors[:, 3] *= 9  # the direction in which texts differ most whatever they are about
    plain = fit_whitening(vectors, np.arange(60), plain=0.5)(vectors)[:, 16:]
    assert np.abs(plain[:, 3]).max() < 0.2 * np.abs(plain).max()


def test_vectors_of_another_width_are_of_another_model() -> None:
    with pytest.raises(EncoderChanged):
        fit_whitening(asks(noise=1), LABELS)(np.zeros((1, 17), np.float32))


def test_no_vectors_stay_none() -> None:
    nothing = np.zeros((5, 0), np.float32)
    assert fit_whitening(nothing, np.zeros(5, np.intp), plain=0.5)(nothing).shape == (5, 0)


@pytest.mark.parametrize(("widths", "plain"), [((), 0.0), ((), 0.5), ((8, 8), 0.0), ((8, 8), 0.5)])
def test_turning_changes_directions_and_no_products(widths: tuple[int, ...], plain: float) -> None:
    vectors = asks(noise=1)
    whiten = fit_whitening(vectors, LABELS, widths=widths, plain=plain)
    rows = whiten(vectors)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(rows.shape[1],) * 2))[0]
    turned = whiten.turned(turn.astype(np.float32))(vectors)
    np.testing.assert_allclose(turned, rows @ turn, atol=1e-4)
    np.testing.assert_allclose(turned @ turned.T, rows @ rows.T, atol=1e-4)
