"""An answer is compared with the expected one, numbers within a tolerance."""

import json

import pytest

from slipway.provider.expected_answer import difference


def compared(wanted, got, tolerance=0.0):
    return difference(json.dumps(wanted), json.dumps(got), tolerance)


@pytest.mark.parametrize(
    ("wanted", "got", "tolerance"),
    [
        ([1, 2.5], [1, 2.5], 0),
        ([1.0], [1], 0),
        ([1.0], [1.009], 0.01),
        ({"a": [{"b": 1}]}, {"a": [{"b": 0.5}]}, 0.5),
        ("yes", "yes", 0),
        (None, None, 0),
        ([1.5], json.dumps([1.5]), 0),  # run() that returns a text
    ],
)
def test_what_is_as_expected(wanted, got, tolerance):
    assert compared(wanted, got, tolerance) is None


@pytest.mark.parametrize(
    ("wanted", "got", "said"),
    [
        ([1.0, 2.0], [1.0, 2.1], "[1] is 2.1, and not 2.0"),
        ({"a": {"b": [1]}}, {"a": {"b": [3]}}, "a.b[0] is 3, and not 1"),
        ([1], [1, 2], "it is [1, 2], and not [1]"),
        ({"a": 1}, {"b": 1}, 'it is {"b": 1}, and not {"a": 1}'),
        (1, True, "it is true, and not 1"),
        (True, 1, "it is 1, and not true"),
        ([1], "no", 'it is "no", and not [1]'),
        (1, float("nan"), "it is NaN, and not 1"),
    ],
)
def test_the_first_difference_is_told_with_its_place(wanted, got, said):
    assert compared(wanted, got, 0.05) == said


def test_an_answer_that_is_no_json():
    assert difference("[1]", "<html>", 0) == "the answer is not JSON"
    assert difference("[1]", "[" * 100_000, 0) == "the answer is not JSON"


def test_a_long_difference_is_cut():
    assert len(compared([1], "x" * 5000) or "") < 300
