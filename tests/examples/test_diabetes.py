"""The README's model: trained, served by the scoring server, asked."""

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
import urllib.request
from pathlib import Path
from unittest import mock

import joblib
import pytest

from slipway.imagebuild import conda, entry_script, lock

EXAMPLE = Path(__file__).parents[2] / "examples" / "diabetes"
SAMPLE = {"data": [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]]}


def train(path, *arguments):
    """Runs train.py as `python train.py` does, without importing scikit-learn anew each time."""
    given = ["train.py", "--output", str(path), *arguments]
    printed = io.StringIO()
    with mock.patch.object(sys, "argv", given), contextlib.redirect_stdout(printed):
        runpy.run_path(str(EXAMPLE / "train.py"), run_name="__main__")
    return printed.getvalue()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "diabetes" / "1" / "model.pkl"
    path.parent.mkdir(parents=True)
    assert "R2 0.3" in train(path)
    return path


def test_the_same_alpha_is_the_same_file(model, tmp_path):
    train(tmp_path / "again.pkl")
    assert (tmp_path / "again.pkl").read_bytes() == model.read_bytes()


def test_another_alpha_is_another_model(model, tmp_path):
    train(tmp_path / "other.pkl", "--alpha", "5")
    sample = SAMPLE["data"]
    first, other = (joblib.load(path).predict(sample) for path in (model, tmp_path / "other.pkl"))
    assert abs(first - other).min() > 1


def test_the_script_answers_the_documents_sample(model):
    command = [sys.executable, "-m", "scoring", "serve", "--source", str(EXAMPLE), "--port", "0"]
    environment = os.environ | {"AZUREML_MODEL_DIR": str(model.parent)}
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        answer = ask(ready(server))
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()
    assert answer == pytest.approx(joblib.load(model).predict(SAMPLE["data"]).tolist())


def ready(server):
    """The port, once the server says that it is ready."""
    said = []
    for line in server.stdout:
        said.append(line)
        if '"port"' in line:
            return json.loads(line)["port"]
    raise AssertionError("the server left:\n" + "".join(said))


def ask(port):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/score",
        json.dumps(SAMPLE).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def test_an_image_can_be_built_of_it():
    entry_script.check(EXAMPLE / "score.py")
    assert conda.read(EXAMPLE / "myenv.yml").python == "3.11"


def test_its_lock_is_current(tmp_path, caplog):
    """Else: `python -m slipway.imagebuild lock examples/diabetes/myenv.yml`."""
    committed = (EXAMPLE / "myenv.lock").read_text()
    environment = conda.read(EXAMPLE / "myenv.yml")
    assert lock.lock(environment, tmp_path, lock.SCRIPT_EXTRAS) == committed
    assert caplog.text == "", "another lock was resolved"
