"""ONNX files served without code."""

import hashlib
import json
import threading

import numpy as np
import onnx as onnx_files
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from scoring.errors import StartupFailed
from scoring.models import onnx
from scoring.models.base import BadInput


def test_a_regressor(ridge, diabetes, put, load):
    put(ridge, "model.onnx")
    [model] = load()
    [given] = model.signature.inputs
    assert (given.datatype, given.shape) == ("FP32", (-1, 10))
    assert model.batchable
    rows = diabetes[0][:5].astype(np.float32)
    [answer] = model.predict({given.name: rows}).values()
    np.testing.assert_allclose(answer[:, 0], ridge.predict(rows), rtol=1e-4)


def test_a_classifiers_map_of_probabilities_becomes_a_tensor(classifier, iris, put, load):
    put(classifier, "model.onnx")
    [model] = load()
    rows = iris[0][::50].astype(np.float32)
    label, probabilities = model.predict({model.signature.inputs[0].name: rows}).values()
    assert label.tolist() == [0, 1, 2]
    np.testing.assert_allclose(probabilities, classifier.predict_proba(rows), atol=1e-4)


def test_several_models_and_versions_side_by_side(ridge, classifier, put, load):
    for where in ("diabetes/1/m.onnx", "diabetes/2/m.onnx", "iris/1/m.onnx"):
        put(ridge if "diabetes" in where else classifier, where)
    assert sorted((model.name, model.version) for model in load()) == [
        ("diabetes", "1"),
        ("diabetes", "2"),
        ("iris", "1"),
    ]


def test_one_session_serves_threads(ridge, diabetes, put, load):
    put(ridge, "model.onnx")
    [model] = load()
    rows = diabetes[0].astype(np.float32)
    name = model.signature.inputs[0].name
    [expected] = model.predict({name: rows}).values()
    wrong = []

    def score(at):
        [answer] = model.predict({name: rows[at : at + 1]}).values()
        if not np.allclose(answer, expected[at : at + 1], rtol=1e-5):
            wrong.append(at)

    threads = [
        threading.Thread(target=lambda first=first: [score(at) for at in range(first, 200, 4)])
        for first in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_threads_are_planned_and_do_not_spin():
    options = onnx.session_options(onnxruntime, 3)
    assert options.intra_op_num_threads == 3
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"


def test_a_wrong_shape_is_the_clients_fault(ridge, put, load):
    put(ridge, "model.onnx")
    [model] = load()
    with pytest.raises(BadInput, match="3"):
        model.predict({model.signature.inputs[0].name: np.zeros((1, 3), np.float32)})


def test_a_file_that_is_no_model_is_refused_in_one_line(tmp_path, load):
    (tmp_path / "model.onnx").write_bytes(b"this is not protobuf")
    with pytest.raises(StartupFailed, match="not an ONNX model") as caught:
        load()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", ["model.onnx.data", "weights.bin", "w/all"])
def test_a_registered_folder_finds_its_data_under_any_name(tmp_path, load, data):
    folder = tmp_path / "net" / "1" / "saved"
    (folder / data).parent.mkdir(parents=True)
    weights = numpy_helper.from_array(np.arange(2000, dtype=np.float32).reshape(4, 500), "W")
    ends = (("x", ["n", 4]), ("y", ["n", 500]))
    given, answered = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in ends
    )
    node = helper.make_node("MatMul", ["x", "W"], ["y"])
    graph = helper.make_graph([node], "g", [given], [answered], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx_files.save_model(
        model, folder / "model.onnx", save_as_external_data=True, location=data, size_threshold=10
    )
    sha256 = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    entry = {"name": "net", "version": "1", "file": "net/1/saved/model.onnx", "sha256": sha256}
    (tmp_path / "models.json").write_text(json.dumps({"models": [entry]}))
    [loaded] = load()
    [answer] = loaded.predict({"x": np.array([[0, 0, 0, 1]], np.float32)}).values()
    assert answer[0, :2].tolist() == [1500, 1501]
