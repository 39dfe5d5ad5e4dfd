"""Exactly one answer per row, whatever `run()` does."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.batch.predictor import Answer, predict


@given(st.lists(st.integers(-5, 20), max_size=60))
def test_only_bad_rows_fail(rows):
    def call(chunk):
        if any(value < 0 for value in chunk):
            raise ValueError("negative")
        return [value * 2 for value in chunk]

    expected = [Answer(error="ValueError: negative") if n < 0 else Answer(n * 2) for n in rows]
    assert predict(call, rows) == expected


def test_one_bad_row_costs_few_calls():
    calls = []

    def call(chunk):
        calls.append(len(chunk))
        if 700 in chunk:
            raise ValueError("bad")
        return chunk

    assert [answer.value for answer in predict(call, range(1024)) if not answer.error] == [
        n for n in range(1024) if n != 700
    ]
    assert len(calls) <= 2 * 10 + 1


@pytest.mark.parametrize(
    "form",
    [
        list,
        np.array,
        json.dumps,
        lambda values: {"result": list(values), "seconds": 0.1},
        lambda values: tuple(values),
    ],
)
def test_forms_in_which_scripts_answer(form):
    assert predict(lambda chunk: form([n + 1 for n in chunk]), [1, 2, 3]) == [
        Answer(2),
        Answer(3),
        Answer(4),
    ]


def test_several_outputs_come_row_by_row():
    found = predict(lambda chunk: {"label": ["a"] * len(chunk), "p": [0.5] * len(chunk)}, [1, 2, 3])
    assert found == [Answer({"label": "a", "p": 0.5})] * 3


def test_answers_that_are_not_per_row_are_asked_for_row_by_row():
    found = predict(lambda chunk: {"best": sum(chunk)}, [1, 2, 3])
    assert [answer.value for answer in found] == [{"best": 1}, {"best": 2}, {"best": 3}]


def test_scripts_that_answer_with_their_own_error():
    def call(chunk):
        return json.dumps({"error": "no such plant"}) if 2 in chunk else json.dumps(list(chunk))

    assert predict(call, [1, 2, 3]) == [Answer(1), Answer(error="no such plant"), Answer(3)]
