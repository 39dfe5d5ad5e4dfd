"""The servers: what to install, how to start them, what to send. One worker each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.serving.folders import APPS, REPOSITORY

SKLEARN = "scikit-learn==1.9.1"
#: The same row for everybody: the first of scikit-learn's diabetes data.
ROW = [
    0.03807591,
    0.05068012,
    0.06169621,
    0.02187239,
    -0.0442235,
    -0.03482076,
    -0.04340085,
    -0.00259226,
    0.01990749,
    -0.01764613,
]

AZURE_BODY = json.dumps({"data": [ROW]})
KSERVE_BODY = json.dumps({"instances": [ROW]})


def protocol_body(name: str, datatype: str) -> str:
    """A request of the Open Inference Protocol."""
    tensor = {"name": name, "shape": [1, 10], "datatype": datatype, "data": ROW}
    return json.dumps({"inputs": [tensor]})


@dataclass(frozen=True)
class Ports:
    """Free ports of 127.0.0.1."""

    http: int
    grpc: int
    metrics: int


@dataclass(frozen=True)
class Start:
    """A command with its environment and folder; the model's folder is already there."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    """`start` is given the Python of the environment, the model's folder, and ports."""

    name: str
    environment: str
    requirements: Sequence[str]
    start: Callable[[Path, Path, Ports], Start]
    path: str = "/score"
    body: str = AZURE_BODY
    #: What is installed besides, as a path of this repository.
    local: Path | None = None
    #: Reads ONNX instead of the pickle.
    onnx: bool = False
    #: Made with the operating system's Python: the server links the libpython that the loader finds.
    system_python: bool = False


def _app(name: str, *arguments: Callable[[Ports], int]) -> Callable[[Path, Path, Ports], Start]:
    def start(python: Path, model: Path, ports: Ports) -> Start:
        numbers = [str(argument(ports)) for argument in arguments or (lambda p: p.http,)]
        return Start([str(python), str(APPS / name), *numbers], {"MODEL_DIR": str(model)})

    return start


def _azureml(python: Path, model: Path, ports: Ports) -> Start:
    command = [
        str(python.parent / "azmlinfsrv"),
        "--entry_script",
        str(APPS / "score.py"),
        "--port",
        str(ports.http),
        "--worker_count",
        "1",
    ]
    return Start(command, {"AZUREML_MODEL_DIR": str(model), "AML_APP_ROOT": str(APPS)})


def _fastapi(python: Path, model: Path, ports: Ports) -> Start:
    command = [
        str(python),
        "-m",
        "uvicorn",
        "--app-dir",
        str(APPS),
        "fastapi_app:app",
        "--host",
        "127.0.0.1",
        "--port",
        str(ports.http),
        "--workers",
        "1",
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    return Start(command, {"MODEL_DIR": str(model)})


def _bentoml(python: Path, model: Path, ports: Ports) -> Start:
    command = [
        str(python.parent / "bentoml"),
        "serve",
        "bentoml_app:Ridge",
        "--working-dir",
        str(APPS),
        "--host",
        "127.0.0.1",
        "--port",
        str(ports.http),
    ]
    environment = {
        "MODEL_DIR": str(model),
        "BENTOML_HOME": str(model / "bentoml"),
        "BENTOML_DO_NOT_TRACK": "True",
        "DO_NOT_TRACK": "1",
    }
    return Start(command, environment)


def _kserve(python: Path, model: Path, ports: Ports) -> Start:
    command = [
        str(python),
        str(APPS / "kserve_app.py"),
        "--http_port",
        str(ports.http),
        "--grpc_port",
        str(ports.grpc),
        "--workers",
        "1",
        "--enable_latency_logging",
        "false",
    ]
    return Start(command, {"MODEL_DIR": str(model)})


def _mlserver(python: Path, model: Path, ports: Ports) -> Start:
    settings = {
        "http_port": ports.http,
        "grpc_port": ports.grpc,
        "metrics_port": ports.metrics,
        "host": "127.0.0.1",
        "parallel_workers": 0,
        "debug": False,
        "use_structured_logging": False,
    }
    described = {
        "name": "ridge",
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": "./model.pkl", "version": "1"},
    }
    (model / "settings.json").write_text(json.dumps(settings))
    (model / "model-settings.json").write_text(json.dumps(described))
    return Start([str(python.parent / "mlserver"), "start", str(model)])


def _ours(folder: str) -> Callable[[Path, Path, Ports], Start]:
    def start(python: Path, model: Path, ports: Ports) -> Start:
        source = str(APPS if folder == "script" else model)
        command = [
            str(python),
            "-m",
            "scoring",
            "serve",
            "--source",
            source,
            "--port",
            str(ports.http),
        ]
        if folder == "pickle":
            command.append("--trust-pickle")
        return Start(command, {"AZUREML_MODEL_DIR": str(model), "SLIPWAY_ACCESS_LOG": "false"})

    return start


def _constant(python: Path, model: Path, ports: Ports) -> Start:
    command = [str(python), "-m", "benchmarks.serving.apps.constant_app", str(ports.http)]
    return Start(command, {"PYTHONPATH": str(REPOSITORY)})


_OURS = ("onnxruntime", "skl2onnx", SKLEARN, "joblib")
_SCORING = REPOSITORY / "scoring"

PEERS = (
    Peer(
        "azureml-inference-server-http",
        "azureml",
        ("azureml-inference-server-http", SKLEARN),
        _azureml,
    ),
    Peer("FastAPI + uvicorn", "fastapi", ("fastapi", "uvicorn[standard]", SKLEARN), _fastapi),
    Peer("LitServe", "litserve", ("litserve", SKLEARN), _app("litserve_app.py")),
    Peer("BentoML", "bentoml", ("bentoml", SKLEARN), _bentoml),
    Peer(
        "MLServer",
        "mlserver",
        ("mlserver", "mlserver-sklearn", SKLEARN),
        _mlserver,
        "/v2/models/ridge/infer",
        protocol_body("predict", "FP64"),
    ),
    Peer("KServe", "kserve", ("kserve", SKLEARN), _kserve, "/v1/models/ridge:predict", KSERVE_BODY),
    Peer(
        "Triton (dynamic batching)",
        "triton",
        ("nvidia-pytriton", SKLEARN),
        _app("triton_app.py", lambda p: p.http, lambda p: p.grpc, lambda p: p.metrics),
        "/v2/models/ridge/infer",
        protocol_body("input", "FP32"),
        system_python=True,
    ),
    Peer("Slipway, score.py", "slipway", _OURS, _ours("script"), local=_SCORING),
    Peer("Slipway, pickle", "slipway", _OURS, _ours("pickle"), local=_SCORING),
    Peer("Slipway, ONNX", "slipway", _OURS, _ours("onnx"), local=_SCORING, onnx=True),
    Peer(
        "Slipway, ONNX, v2 protocol",
        "slipway",
        _OURS,
        _ours("onnx"),
        "/v2/models/model/infer",
        protocol_body("input", "FP32"),
        local=_SCORING,
        onnx=True,
    ),
    Peer("Granian, constant answer", "slipway", _OURS, _constant, local=_SCORING),
)
