"""Figures of quality on outcomes small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import measures as m


def made(rows: list[tuple[bool, bool, float, bool, bool]]) -> m.Outcomes:
    first, third, confidence, answered, inside = zip(*rows, strict=True)
    return m.Outcomes(*map(np.array, (first, third, confidence, answered, inside)))


FOUR = made(
    [
        (True, True, 0.9, True, True),
        (False, True, 0.8, True, True),
        (True, True, 0.4, False, True),
        (False, False, 0.7, True, False),
    ]
)


def test_shares_are_of_the_cases_that_they_are_about() -> None:
    assert m.top1(FOUR) == pytest.approx(2 / 3)
    assert m.top3(FOUR) == 1.0
    assert m.answer_precision(FOUR) == pytest.approx(1 / 3)
    assert m.answered(FOUR) == pytest.approx(1 / 3)
    assert m.silent_when_right(FOUR) == 0.0


def test_recall_stops_where_precision_falls() -> None:
    # In order of confidence: right, wrong, wrong (out of scope), right.
    assert m.recall_at(FOUR, 0.9) == pytest.approx(1 / 3)
    assert m.recall_at(FOUR, 0.5) == pytest.approx(2 / 3)
    assert m.recall_at(FOUR, 0.9) <= m.recall_at(FOUR, 0.8)


def test_calibration_error_is_the_gap_between_promise_and_share() -> None:
    sure = made([(True, True, 0.95, True, True), (False, False, 0.95, True, True)])
    assert m.calibration_error(sure) == pytest.approx(0.45)
    fair = made([(True, True, 1.0, True, True), (False, False, 0.0, False, True)])
    assert m.calibration_error(fair) == 0.0


def test_reliability_bins_hold_every_case_once() -> None:
    bins = m.reliability(FOUR)
    assert sum(b.cases for b in bins) == 4
    assert (bins[9].cases, bins[9].right) == (1, 1.0)
    assert (bins[8].low, bins[8].high, bins[8].right) == (0.8, 0.9, 0.0)


def test_a_figure_lies_within_its_interval_and_repeats() -> None:
    once, again = m.figures(FOUR), m.figures(FOUR)
    assert once == again
    for figure in once.values():
        assert figure.low <= figure.value <= figure.high


def test_nothing_differs_from_itself() -> None:
    for figure in m.differences(FOUR, FOUR).values():
        assert (figure.value, figure.low, figure.high) == (0, 0, 0)


def test_a_better_matcher_is_seen_to_be_better() -> None:
    worse = made([(i % 2 == 0, True, 0.5, True, True) for i in range(200)])
    better = made([(i % 10 != 0, True, 0.5, True, True) for i in range(200)])
    gain = m.differences(worse, better)["top1"]
    assert gain.value == pytest.approx(0.4)
    assert gain.low > 0


row = st.tuples(
    st.booleans(), st.booleans(), st.floats(0, 1, width=32), st.booleans(), st.booleans()
)


@given(st.lists(row, min_size=1, max_size=40))
def test_every_figure_is_a_share(rows: list[tuple[bool, bool, float, bool, bool]]) -> None:
    # An out-of-scope case has no right entry, and what comes first is among the first three.
    o = made([(f and i, (f and i) or (t and i), c, a, i) for f, t, c, a, i in rows])
    for name, measure in m.FIGURES.items():
        assert 0.0 <= measure(o) <= 1.0, name
