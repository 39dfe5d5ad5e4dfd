"""What `pip install` of the wheel brings, and what it says about what it does not bring."""

import email
import json
import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
ECHO = "def init(): pass\ndef run(raw_data): return raw_data\n"

ASK = """
import importlib.metadata, importlib.resources, json, sys, scoring
found = importlib.metadata.distribution("slipway-scoring")
print(json.dumps({
    "file": scoring.__file__, "path": sys.path, "version": scoring.__version__,
    "typed": importlib.resources.files("scoring").joinpath("py.typed").is_file(),
    "metadata": found.read_text("METADATA"), "licence": found.read_text("licenses/LICENSE"),
}))
"""


def test_nothing_of_the_repository_is_there_but_the_wheel(installed):
    found = json.loads(installed.run("-c", ASK).stdout)
    assert found["file"].startswith(str(installed.python.parents[1]))
    assert [path for path in found["path"] if Path(path).is_relative_to(REPOSITORY)] == []
    assert installed.run("-m", "pip", "check").stdout == "No broken requirements found.\n"


def test_the_wheel_says_what_it_is(bare):
    found = json.loads(bare.run("-c", ASK).stdout)
    about = email.message_from_string(found["metadata"])
    assert about["Version"] == found["version"]
    assert about.get_payload() == (REPOSITORY / "scoring" / "README.md").read_text()
    assert about["Description-Content-Type"] == "text/markdown"
    assert about["License-Expression"] == "Apache-2.0"
    assert found["licence"] == (REPOSITORY / "LICENSE").read_text()
    assert "Typing :: Typed" in about.get_all("Classifier")
    assert found["typed"]
    assert bare.scoring("--version").stdout == f"scoring {about['Version']}\n"


def test_without_extras_a_script_is_served(bare, launch):
    server = launch(bare.python, ECHO)
    assert server.score({"data": [[1, 2]]}).json() == '{"data":[[1,2]]}'
    assert server.ask("GET", "/").text == "Healthy"
    assert server.ask("GET", "/swagger.json").json()["swagger"] == "2.0"
    assert server.ask("GET", "/docs").headers["content-type"].startswith("text/html")
    assert server.ask("GET", "/v2/health/ready").status_code == 200
    assert server.stop() == 0


#: Extra: the arguments and the variables that ask for it. {0} is a folder with an empty score.py.
WISHES = {
    "grpc": (("serve", "--source", "{0}", "--grpc-port", "0"), {}),
    "onnx": (("check", "--source", "{0}/onnx"), {}),
    "pickle": (("check", "--source", "{0}/pickle", "--trust-pickle"), {}),
    "parquet": (("batch", "{0}/in.parquet", "out.csv", "--source", "{0}"), {}),
    "jwt": (
        ("serve", "--source", "{0}"),
        {"SLIPWAY_JWT_JWKS": "a", "SLIPWAY_JWT_ISSUER": "b", "SLIPWAY_JWT_AUDIENCE": "c"},
    ),
    "otel": (("serve", "--source", "{0}"), {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}),
    "azure-monitor": (
        ("serve", "--source", "{0}"),
        {"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=0"},
    ),
    "blob": (
        ("serve", "--source", "{0}"),
        {"SLIPWAY_COLLECT": "https://a.blob.core.windows.net/b"},
    ),
    "debug": (("serve", "--source", "{0}"), {"AZUREML_DEBUG_PORT": "5678"}),
    "event-hub": (
        ("serve", "--source", "{0}"),
        {"SLIPWAY_COLLECT": "eventhub://a.servicebus.windows.net/b"},
    ),
}


@pytest.fixture
def wished(tmp_path, diabetes):
    shutil.copytree(diabetes, tmp_path, dirs_exist_ok=True)
    (tmp_path / "in.parquet").touch()
    (tmp_path / "score.py").write_text(ECHO)
    return tmp_path


@pytest.mark.parametrize("extra", WISHES)
def test_a_missing_extra_is_named(bare, wished, extra):
    arguments, variables = WISHES[extra]
    done = bare.scoring(*(text.format(wished) for text in arguments), **variables)
    assert done.returncode in (2, 3)
    assert f"install slipway-scoring[{extra}]" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_every_extra_has_its_sentence(metadata):
    assert set(metadata.get_all("Provides-Extra")) == set(WISHES)


def test_a_registered_pickle_without_its_library_is_refused_in_a_sentence(bare, wished):
    from hashlib import sha256

    file = wished / "pickle" / "model.pkl"
    entry = {
        "name": "diabetes",
        "version": "3",
        "file": file.name,
        "sha256": sha256(file.read_bytes()).hexdigest(),
        "framework": "scikit-learn",
        "framework_version": "1.9.1",
    }
    (file.parent / "models.json").write_text(json.dumps({"models": [entry]}))
    done = bare.scoring("check", "--source", file.parent)
    assert done.returncode == 3
    assert "needs the module 'sklearn'" in done.stderr
    assert "Traceback" not in done.stderr
