"""The minimiser finds what SciPy's finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize as by_scipy

from app.engine.lbfgs import Floats, Objective, minimize


def logistic(seed: int, n: int = 200, d: int = 30) -> Objective:
    """A softmax regression of three classes with a penalty."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)).astype(np.float32)
    labels = rng.integers(0, 3, n)

    def objective(flat: Floats) -> tuple[float, Floats]:
        w = flat.reshape(d, 3)
        p = np.exp(x @ w - (x @ w).max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        loss = -float(np.log(p[np.arange(n), labels]).sum()) + 0.05 * float(flat @ flat)
        p[np.arange(n), labels] -= 1
        return loss / n, np.asarray((x.T @ p).ravel() + 0.1 * flat, np.float32) / np.float32(n)

    return objective


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("steps", [3, 10, 20])
def test_the_same_steps_as_scipy(seed: int, steps: int) -> None:
    objective = logistic(seed)

    def exact(x: object) -> tuple[float, object]:
        value, gradient = objective(np.asarray(x, np.float32))
        return value, gradient.astype(np.float64)

    options = {"maxiter": steps, "maxcor": 5, "ftol": 0, "gtol": 0}
    wanted = by_scipy(exact, np.zeros(90), jac=True, method="L-BFGS-B", options=options)
    found = minimize(objective, np.zeros(90, np.float32), steps)
    assert objective(found)[0] <= wanted.fun + 1e-4
    assert np.abs(found - wanted.x).max() < 0.05


def test_a_bowl_is_reached_and_then_left_alone() -> None:
    scale = np.arange(1, 21, dtype=np.float32)

    def bowl(x: Floats) -> tuple[float, Floats]:
        return float(scale @ (x - 1) ** 2) / 2, scale * (x - 1)

    assert np.allclose(minimize(bowl, np.zeros(20, np.float32), 40), 1, atol=1e-3)
    at_the_bottom = np.ones(20, np.float32)
    assert (minimize(bowl, at_the_bottom, 5) == at_the_bottom).all()


def test_where_no_step_leads_down_it_stays() -> None:
    def lying(x: Floats) -> tuple[float, Floats]:
        return float(np.abs(x).sum()), -np.ones_like(x)  # the gradient is wrong

    start = np.zeros(3, np.float32)
    assert (minimize(lying, start, 5) == start).all()
