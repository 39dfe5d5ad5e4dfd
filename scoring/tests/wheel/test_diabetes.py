"""The README's model from the installed wheel in its three forms: served, checked, measured, run over a file."""

import csv
import json
import subprocess
from pathlib import Path

import pytest

TRITON = Path(__file__).with_name("triton_diabetes.py")
#: Folder below `diabetes`, and what else the user types.
FORMS = {"script": (), "pickle": ("--trust-pickle",), "onnx": ()}
WITHOUT_CODE = {"pickle": "sklearn_sklearn", "onnx": "onnx_onnxv1"}


@pytest.fixture(scope="session")
def truth(diabetes):
    """Fifty rows of the data, and what the estimator itself predicts for them."""
    import joblib
    from sklearn.datasets import load_diabetes

    rows = load_diabetes().data[:50]
    return rows.tolist(), joblib.load(diabetes / "pickle" / "model.pkl").predict(rows).tolist()


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


@pytest.fixture
def server(serve, diabetes, form):
    return serve(diabetes / form, *FORMS[form], "--grpc-port", 0)


def test_one_command_serves_each_form(server, form, truth):
    rows, expected = truth
    answer = server.score({"data": rows})
    assert answer.json() == pytest.approx(expected, rel=1e-12)
    assert answer.headers["x-ms-run-function-failed"] == "False"
    assert server.ask("GET", "/").text == "Healthy"
    assert "/score" in server.ask("GET", "/swagger.json").json()["paths"]
    assert server.ask("GET", "/v2/models/model/ready").status_code == 200
    # What is data in the package, not code.
    page = server.ask("GET", "/docs")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<script" in page.text
    assert "/score" in server.ask("GET", "/openapi.json").json()["paths"]
    assert server.metric("scoring_requests_total", route="/score", status="200") == 1
    assert server.stop() == 0


@pytest.mark.parametrize("form", WITHOUT_CODE)
def test_tritonclient_scores_over_rest_and_grpc(server, form, truth, client_python):
    rows, expected = truth
    ports = (server.logged("port"), server.logged("grpc_port"))
    done = subprocess.run(
        [client_python, TRITON, *map(str, ports)],
        input=json.dumps(rows),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for transport, found in json.loads(done.stdout).items():
        assert found["ready"] == [True, True, True], transport
        assert found["platform"] == WITHOUT_CODE[form]
        for predictions in (*found["predictions"], found["at once"]):
            assert predictions == pytest.approx(expected, rel=1e-12), transport


def test_check_says_what_each_form_takes(installed, diabetes, form):
    done = installed.scoring("check", "--source", diabetes / form, *FORMS[form], "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    if form == "script":
        assert found["entry_script"]["parameters"] == ["raw_data"]
    else:
        [model] = found["models"]
        assert (model["name"], model["platform"]) == ("model", WITHOUT_CODE[form])
        assert [tensor["shape"] for tensor in model["inputs"]] == [[-1, 10]]


def test_batch_scores_a_file_with_each_form(installed, diabetes, form, truth, tmp_path):
    rows, expected = truth
    with (tmp_path / "in.csv").open("w", newline="") as file:
        csv.writer(file).writerows([[f"x{number}" for number in range(10)], *rows])
    done = installed.scoring(
        "batch",
        tmp_path / "in.csv",
        tmp_path / "out.csv",
        "--source",
        diabetes / form,
        *FORMS[form],
    )
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out.csv").open(newline="") as file:
        found = [float(row["prediction"]) for row in csv.DictReader(file)]
    assert found == pytest.approx(expected, rel=1e-12)


def test_bench_measures_a_running_server(installed, serve, diabetes):
    server = serve(diabetes / "script")
    body = json.dumps({"data": [[0.0] * 10]})
    done = installed.scoring("bench", server.url, "--data", body, "-c", 2, "-d", 1, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["failures"] == {}
    assert found["requests"] == server.metric("scoring_requests_total", route="/score")
