"""`{"data": [...]}` for models without code."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from scoring.models.azureml_form import AzureMLForm, azureml_call
from scoring.models.base import BadInput
from scoring.models.json_schema import input_schema, output_schema, sample

SAMPLE = {"data": [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]]}


@pytest.fixture(params=["model.pkl", "model.onnx"])
def served(request, ridge, put, load):
    put(ridge, request.param)
    [model] = load()
    return model


def test_the_list_that_a_score_py_returns(served, ridge):
    answer = azureml_call(served, SAMPLE)
    np.testing.assert_allclose(answer, ridge.predict(SAMPLE["data"]).tolist(), rtol=1e-4)


def test_bodies_give_the_same(served, ridge):
    form = AzureMLForm(served)
    inputs, rows = form.parse(json.dumps(SAMPLE).encode())
    answer = json.loads(form.answer.json(served.predict(inputs, form.answer.outputs)))
    assert rows == 2
    np.testing.assert_allclose(answer, ridge.predict(SAMPLE["data"]), rtol=1e-4)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[1]", '"data"'),
        (b"{}", '"data"'),
        (b'{"data": 3}', "list of rows"),
        (b'{"data": []}', "shape"),
        (b'{"data": [[1, 2]]}', r"\[1, 2\]; the model takes \[-1, 10\]"),
        (b'{"data": [[1], [1, 2]]}', "different lengths"),
        (b'{"data": [["a", "b"]]}', "numbers"),
        (b'{"data": [null]}', "shape|numbers"),
        (b'{"data": ' + b"[" * 100_000, "JSON"),
        (b"\xff\xfe", "JSON"),
    ],
)
def test_what_is_wrong_is_said(served, body, words):
    with pytest.raises(BadInput, match=words):
        AzureMLForm(served).parse(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.just("data"), inner, max_size=3)
    ),
    max_leaves=20,
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(JSON | st.builds(lambda inner: {"data": inner}, JSON))
def test_any_json_is_rows_or_refused(served, payload):
    body = json.dumps(payload).encode()
    try:
        inputs, rows = AzureMLForm(served).parse(body)
    except BadInput:
        return
    [values] = inputs.values()
    assert values.shape == (rows, 10)


def test_records_and_columns_of_a_table(put, load):
    table = pd.DataFrame({"colour": ["red", "blue", "red"], "weight": [1.0, 2.0, 3.0]})
    encoder = make_column_transformer((OneHotEncoder(), ["colour"]), remainder="passthrough")
    fitted = make_pipeline(encoder, LinearRegression()).fit(table, [1, 2, 3])
    put(fitted, "model.pkl")
    [model] = load()
    expected = fitted.predict(table).tolist()
    records = table.to_dict("records")
    forms = [records, table.to_numpy().tolist(), table.to_dict("list"), table.to_dict("split")]
    for data in forms:
        np.testing.assert_allclose(azureml_call(model, {"data": data}), expected)
    with pytest.raises(BadInput, match="'weight'"):
        azureml_call(model, {"data": [{"colour": "red"}]})


def test_the_schema_has_an_example_that_works(served):
    body = sample(served)
    assert len(azureml_call(served, body)) == 1
    assert input_schema(served)["example"] == body
    assert input_schema(served)["properties"]["data"]["items"]["minItems"] == 10
    assert output_schema(served) == {"type": "array", "items": {"type": "number"}}


def test_a_classifier_answers_labels(classifier, iris, put, load):
    put(classifier, "a/1/model.pkl")
    put(classifier, "b/1/model.onnx")
    for model in load():
        assert azureml_call(model, {"data": iris[0][::50].tolist()}) == [0, 1, 2]
