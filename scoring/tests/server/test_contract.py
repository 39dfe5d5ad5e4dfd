"""What old and new entry scripts rely on, apart from what test_reference.py compares."""

import json

import joblib
import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge

DATA = b'{"data": [[1,2,3,4,5,6,7,8,9,10],[10,9,8,7,6,5,4,3,2,1]]}'

OF_2018 = """
import json
import numpy
from sklearn.externals import joblib
from azureml.core.model import Model

def init():
    global model
    model = joblib.load(Model.get_model_path('diabetes'))

def run(raw_data):
    try:
        return model.predict(numpy.array(json.loads(raw_data)['data'])).tolist()
    except Exception as e:
        return str(e)
"""

RAW = """
from {package}.aml_request import AMLRequest, rawhttp
from {package}.aml_response import AMLResponse

def init(): pass

@rawhttp
def run(request):
    return AMLResponse(request.get_data() + request.args['q'].encode(), 201, {{'x-a': 'b, c'}})
"""


@pytest.fixture
def ridge():
    rows, labels = load_diabetes(return_X_y=True)
    return Ridge(alpha=0.03).fit(rows, labels)


@pytest.mark.parametrize("places", ["one model", "several models"])
def test_a_script_of_2018_finds_its_model(serving, tmp_path, ridge, places):
    folder = tmp_path / "azureml-models" / "diabetes" / "2"
    folder.mkdir(parents=True)
    joblib.dump(ridge, folder / "model.pkl")
    named = folder if places == "one model" else folder.parent.parent
    answer = serving(OF_2018, AZUREML_MODEL_DIR=str(named)).score(DATA)
    assert answer.json() == ridge.predict(np.array(json.loads(DATA)["data"])).tolist()


def test_a_model_that_is_not_there_is_named(serving, tmp_path):
    server = serving(OF_2018, ready=False, AZUREML_MODEL_DIR=str(tmp_path))
    assert server.process.wait(60) == 3
    assert any(
        "Model 'diabetes' not found in" in line.get("exception", "") for line in server.lines()
    )


@pytest.mark.parametrize(
    "package", ["azureml.contrib.services", "azureml_inference_server_http.api"]
)
def test_raw_requests_under_both_import_paths(serving, package):
    answer = serving(RAW.format(package=package)).ask("POST", "/score?q=!", content=b"body")
    assert (answer.status_code, answer.text) == (201, "body!")
    assert answer.headers.get_list("x-a") == ["b", "c"]


def test_users_own_swagger_wins(serving, tmp_path):
    server = serving(
        "import json, pathlib\n"
        "def init(): pass\n"
        "def run(data): return 1\n"
        "pathlib.Path(__file__).with_name('swagger3.json').write_text(json.dumps({'openapi': 'mine'}))\n"
    )
    assert server.ask("GET", "/swagger.json?version=3.0").json() == {"openapi": "mine"}
    assert server.ask("GET", "/swagger.json").json()["swagger"] == "2.0"


def test_a_form_content_type_does_not_lose_the_body(serving):
    server = serving("def init(): pass\ndef run(data): return data\n")
    answer = server.score(b'{"a":1}', headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.json() == '{"a":1}'


def test_run_stays_in_the_thread_of_init(serving):
    server = serving(
        "import sqlite3, threading\n"
        "def init():\n    global base, thread\n    base = sqlite3.connect(':memory:'); thread = threading.get_ident()\n"
        "def run(data):\n    return [thread == threading.get_ident(), base.execute('select 41 + 1').fetchone()[0]]\n"
    )
    assert server.score(b"").json() == [True, 42]


def test_a_run_that_exits_takes_nobody_with_it(serving):
    server = serving(
        "import sys\ndef init(): pass\ndef run(data):\n    if data == 'x': sys.exit(1)\n    return data\n"
    )
    assert server.score(b"x").status_code == 500
    assert server.score(b"y").json() == "y"
