"""Minimisation by L-BFGS (Liu and Nocedal 1989) in single precision, a fixed number of steps.

SciPy's routine takes bounds into account, which nobody has here, and spends three times as long on
that as the objective takes. Steps are accepted, and lengthened, as in MINPACK-2's line search
(Moré and Thuente 1994), so that the result is SciPy's up to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Objective = Callable[[Floats], tuple[float, Floats]]

PAIRS = 5  # steps that are remembered for the curvature
DECREASE, CURVATURE = 1e-3, 0.9  # strong Wolfe conditions
LONGEST, SHORTEST = 4.0, 1.1  # how much longer a step may become at once
TRIES = 20
_Pair = tuple[Floats, Floats, float]  # step, change of the gradient, 1 / their product


def minimize(objective: Objective, start: Floats, steps: int) -> Floats:
    """The place after so many steps from `start`; earlier where no step leads down.

    `objective` gives the value and its gradient at a place. Deterministic.
    """
    x = start
    value, gradient = objective(x)
    pairs: list[_Pair] = []
    for _ in range(steps):
        direction = _direction(gradient, pairs)
        slope = float(gradient @ direction)
        if not slope < 0:
            break
        first = 1.0 if pairs else 1.0 / math.sqrt(float(direction @ direction))
        found = _searched(objective, x, direction, (value, slope), first)
        if found is None:
            break
        new, value, new_gradient = found
        step, change = new - x, new_gradient - gradient
        product = float(step @ change)
        if product > 0:
            pairs = [*pairs[1 - PAIRS :], (step, change, 1 / product)]
        x, gradient = new, new_gradient
    return x


def _direction(gradient: Floats, pairs: list[_Pair]) -> Floats:
    """Down the gradient, bent by the curvature that the last steps showed."""
    direction = -gradient
    shares = []
    for step, change, scale in reversed(pairs):
        share = np.float32(scale * float(step @ direction))
        direction -= share * change
        shares.append(share)
    if pairs:
        _, change, scale = pairs[-1]
        direction *= np.float32(1 / (scale * float(change @ change)))
    for (step, change, scale), share in zip(pairs, reversed(shares), strict=True):
        direction += (share - np.float32(scale * float(change @ direction))) * step
    return direction


def _searched(
    objective: Objective, x: Floats, direction: Floats, start: tuple[float, float], length: float
) -> tuple[Floats, float, Floats] | None:
    """The first place along a direction that fulfils the conditions, with value and gradient.

    `start` has value and slope at `x`. None when `TRIES` lengths were in vain.
    """
    value, slope = start
    low, at_low, high = 0.0, start, math.inf
    for _ in range(TRIES):
        new = x + np.float32(length) * direction
        found, gradient = objective(new)
        at = found, float(gradient @ direction)
        too_far = found > value + DECREASE * length * slope
        if not too_far and abs(at[1]) <= -CURVATURE * slope:
            return new, found, gradient
        if too_far or at[1] > 0:
            high = length
            length = (low + high) / 2
        else:
            longer = _longer(low, at_low, length, at)
            low, at_low = length, at
            length = longer if longer < high else (low + high) / 2
    return None


def _longer(
    low: float, at_low: tuple[float, float], length: float, at: tuple[float, float]
) -> float:
    """A longer step by the cubic or the secant through two lengths, whichever goes further."""
    far = length - low
    secant = length + far * at[1] / (at_low[1] - at[1]) if at_low[1] != at[1] else math.inf
    theta = 3 * (at_low[0] - at[0]) / far + at_low[1] + at[1]
    root = -math.sqrt(max(0.0, theta * theta - at_low[1] * at[1]))
    below = 2 * root + at_low[1] - at[1]
    ratio = (root - at[1] + theta) / below if below else 0.0
    cubic = length - ratio * far if ratio < 0 and root else length + LONGEST * far
    further = cubic if abs(cubic - length) > abs(secant - length) else secant
    return min(max(further, length + SHORTEST * far), length + LONGEST * far)
