"""What is learned about a model's time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine import placement
from scoring.engine.latency import LatencyModel
from scoring.engine.placement import Placement


@given(
    st.floats(1e-6, 1e-2),
    st.floats(1e-8, 1e-4),
    st.lists(st.integers(1, 500), min_size=2, unique=True),
)
def test_a_straight_line_is_found(overhead, per_row, sizes):
    model = LatencyModel()
    for _ in range(5):
        for rows in sizes:
            model.observe(rows, overhead + per_row * rows)
    for rows in (sizes[0], max(sizes)):
        expected = overhead + per_row * rows
        assert model.predict(rows) == pytest.approx(expected, rel=0.05)


def test_one_size_only_promises_nothing_about_larger_ones():
    model = LatencyModel()
    for _ in range(10):
        model.observe(1, 1e-3)
    assert model.predict(1) == pytest.approx(1e-3)
    assert model.worthwhile_rows(1000) == 1000


def test_a_pause_of_the_machine_is_not_taken_for_the_model():
    model = LatencyModel()
    for rows in (1, 16) * 10:
        model.observe(rows, 10e-6 + 1e-7 * rows)
    model.observe(1, 3.0)
    assert model.predict(1) < 1e-3


def test_batches_stop_growing_where_rows_cost_more_than_calls():
    linear, flat = LatencyModel(), LatencyModel()
    for rows in (1, 10, 100) * 5:
        linear.observe(rows, 1e-6 + 1e-3 * rows)
        flat.observe(rows, 1e-3 + 1e-9 * rows)
    assert linear.worthwhile_rows(4096) == 1
    assert flat.worthwhile_rows(4096) == 4096


def test_short_batches_are_not_cut_whatever_noise_says():
    quick = LatencyModel()
    for rows in (1, 2, 1, 2):
        quick.observe(rows, 2e-6 * rows)
    assert quick.worthwhile_rows(4096) > 400


def test_what_blocks_the_loop_three_times_leaves_it():
    where = Placement()
    assert not where.inline(1)
    where.observe(1, 1e-6)
    assert where.inline(1)
    for _ in range(3):
        where.blocked(1.0)
    assert not where.inline(1)


def test_more_rows_than_fit_into_the_limit_go_to_a_thread():
    where = Placement()
    for rows in (1, 100) * 5:
        where.observe(rows, 1e-6 * rows)
    assert where.inline(10)
    assert not where.inline(int(2 * placement.INLINE_SECONDS / 1e-6))
