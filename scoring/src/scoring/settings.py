"""What the person who starts the server decides: command line first, then environment variables.

Names without SLIPWAY_ are Azure ML's own (azureml-inference-server-http 1.5.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scoring.azureml import config_file, notices
from scoring.azureml.config_file import ConfigFile
from scoring.environment import Reader

_LOG_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")
_OTHER_NAMES = {"WARN": "WARNING", "FATAL": "CRITICAL", "NOTSET": "DEBUG"}

# Ten years: longer than any process lives, and short enough for every clock that has to wait it out.
_NO_LIMIT_MS = 10 * 365 * 86_400_000
_HEALTH_PORT = 5000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Milliseconds end in _ms, seconds in _seconds; None means no limit."""

    #: Holds the entry script and models; also AML_APP_ROOT.
    source: Path
    host: str = "127.0.0.1"
    port: int = 5001
    grpc_port: int | None = None
    #: A second port with the same answers, for probes (SLIPWAY_HEALTH_PORT, SEPERATE_HEALTH_ENDPOINT).
    health_port: int | None = None
    workers: int = 1
    source_directory: str = ""
    entry_script: str = "score.py"
    #: AZUREML_ENTRY_SCRIPT was given: a missing file is then a mistake, not "no entry script".
    entry_script_named: bool = False
    model_directory: Path | None = None
    service_name: str = "ML service"
    service_version: str = "1.0"
    service_path_prefix: str = ""
    server_version: str = ""
    log_level: str = "INFO"
    cors_origins: tuple[str, ...] = ()
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    #: "1.2" or "1.3".
    tls_lowest: str = "1.2"
    #: SCORING_TIMEOUT_MS: run() itself, answered 500 as Azure ML's container does.
    run_timeout_ms: int = 3_600_000
    #: SLIPWAY_SCORING_TIMEOUT_MS: queue and run together, answered 504 as AKS' front end does.
    request_timeout_ms: int | None = None
    max_concurrent_requests: int = 1
    max_queue_length: int = 1024
    max_queue_wait_ms: int | None = None
    max_body_bytes: int = 100 * 2**20
    body_read_timeout_seconds: float = 60.0
    #: Not ready while the oldest run() is older; 0: however old it is.
    stuck_run_seconds: float = 600.0
    #: From a connection's first moment to the end of its first request's head.
    head_read_timeout_seconds: float = 30.0
    #: How long a connection may rest between two requests.
    keep_alive_seconds: float = 75.0
    #: Of each port but the health port, in each process.
    max_connections: int = 4096
    #: From SIGTERM to the end of the process; what whoever sends the signal waits before it kills.
    grace_seconds: float = 30.0
    #: The part of it in which new connections are still accepted.
    drain_seconds: float = 5.0
    access_log: bool = True
    #: Rows of several requests to one model may be computed together.
    batching: bool = True
    batch_max_rows: int = 4096
    batch_max_bytes: int = 64 * 2**20
    #: Pickles are loaded whatever their sha256 (the command line's --trust-pickle).
    trust_pickle: bool = False
    #: Digests of pickles that may be loaded (SLIPWAY_MODEL_SHA256).
    model_digests: str = ""
    #: AZUREML_DEBUG_PORT: a debugger is waited for.
    debug_port: int | None = None
    debug_host: str = "127.0.0.1"
    #: The config.json that was read.
    config_file: Path | None = None
    #: What is set and has no effect; logged once.
    notices: tuple[str, ...] = ()


def read(variables: Mapping[str, str], given: Mapping[str, object]) -> Settings:
    """`given` holds what the command line named. Raises ScoringError with all problems."""
    source = Path(str(given.get("source") or variables.get("AML_APP_ROOT") or ".")).absolute()
    file = config_file.read(variables, source)
    reader = Reader({**file.values, **variables})
    values: dict[str, object] = {"source": source, "config_file": file.path}
    values |= _paths(reader.variables) | _azure_ml(reader) | _production(reader)
    values |= {name: value for name, value in given.items() if value is not None}
    reader.problems = [*file.problems, *map(file.located, reader.problems)]
    _check_together(values, reader)
    reader.finish()
    values["notices"] = _notices(file, reader, values)
    return Settings(**values)  # type: ignore[arg-type]  # names and types are those of the fields, checked by Reader


def _check_together(values: dict[str, object], reader: Reader) -> None:
    if bool(values.get("tls_certificate")) != bool(values.get("tls_key")):
        reader.problems.append("--tls-cert and --tls-key belong together; one of them is missing")
    if values.get("health_port") and values["health_port"] == values.get("port", Settings.port):
        reader.problems.append(
            f"SLIPWAY_HEALTH_PORT needs a port of its own; --health-port is {values['health_port']}, as is --port"
        )
    if values.get("debug_port") and values["workers"] != 1:
        reader.problems.append(
            f"AZUREML_DEBUG_PORT needs one process, so that there is one debugger; there would be {values['workers']} "
            "(WORKER_COUNT or --workers)"
        )


def _notices(file: ConfigFile, reader: Reader, values: dict[str, object]) -> tuple[str, ...]:
    return (*file.notes, *notices.of(reader.variables, int(str(values["workers"]))))


def _paths(variables: Mapping[str, str]) -> dict[str, object]:
    model_directory = variables.get("AZUREML_MODEL_DIR")
    return {
        "source_directory": variables.get("AZUREML_SOURCE_DIRECTORY", ""),
        "entry_script": variables.get("AZUREML_ENTRY_SCRIPT") or "score.py",
        "entry_script_named": bool(variables.get("AZUREML_ENTRY_SCRIPT")),
        "model_directory": Path(model_directory) if model_directory else None,
    }


def _azure_ml(reader: Reader) -> dict[str, object]:
    origins = reader.text("AML_CORS_ORIGINS")
    return {
        "workers": reader.integer("WORKER_COUNT", 1, 1, 256),
        "service_name": reader.text("SERVICE_NAME", "ML service"),
        "service_version": reader.text("SERVICE_VERSION", "1.0"),
        "service_path_prefix": reader.text("SERVICE_PATH_PREFIX"),
        "server_version": _server_version(reader),
        "log_level": _log_level(reader),
        "cors_origins": tuple(part.strip() for part in origins.split(",") if part.strip()),
        "run_timeout_ms": _run_timeout_ms(reader),
        "health_port": _health_port(reader),
        "debug_port": reader.integer("AZUREML_DEBUG_PORT", 0, 0, 65535) or None,
        "debug_host": reader.text("SLIPWAY_DEBUG_HOST") or "127.0.0.1",
    }


def _health_port(reader: Reader) -> int | None:
    separate = reader.boolean("SEPERATE_HEALTH_ENDPOINT", False)
    chosen = reader.integer("SLIPWAY_HEALTH_PORT", 0, 0, 65535)
    return chosen or (_HEALTH_PORT if separate else None)


def _run_timeout_ms(reader: Reader) -> int:
    """0 is no limit. WORKER_TIMEOUT ends a worker there whose run() takes longer; the shorter of the two holds."""
    run_ms = reader.integer("SCORING_TIMEOUT_MS", 3_600_000) or _NO_LIMIT_MS
    worker_seconds = reader.integer("WORKER_TIMEOUT", 0)
    return min(run_ms, worker_seconds * 1000 or _NO_LIMIT_MS)


def _log_level(reader: Reader) -> str:
    given = reader.text("AZUREML_LOG_LEVEL").strip().upper()
    if not given or _OTHER_NAMES.get(given, given) in _LOG_LEVELS:
        return _OTHER_NAMES.get(given, given) or "INFO"
    return reader.choice("AZUREML_LOG_LEVEL", "INFO", _LOG_LEVELS)


def _server_version(reader: Reader) -> str:
    from scoring import __version__

    named = reader.text("HTTP_X_MS_SERVER_VERSION")
    wanted = reader.text("SERVER_VERSION_LOG_RESPONSE_ENABLED", "true").lower() == "true"
    return f"slipway-scoring/{__version__}" if wanted else named


def _production(reader: Reader) -> dict[str, object]:
    return {
        "request_timeout_ms": reader.integer("SLIPWAY_SCORING_TIMEOUT_MS", 0, 1) or None,
        "max_concurrent_requests": reader.integer("SLIPWAY_MAX_CONCURRENT_REQUESTS", 1, 1, 1024),
        "max_queue_length": reader.integer("SLIPWAY_MAX_QUEUE_LENGTH", 1024, 0, 2**20),
        "max_queue_wait_ms": reader.integer("SLIPWAY_MAX_QUEUE_WAIT_MS", 0, 1) or None,
        "max_body_bytes": reader.integer("SLIPWAY_MAX_BODY_BYTES", 100 * 2**20, 1),
        "body_read_timeout_seconds": reader.number("SLIPWAY_BODY_READ_TIMEOUT_SECONDS", 60, 0.1),
        "stuck_run_seconds": reader.number("SLIPWAY_STUCK_RUN_SECONDS", 600, 0),
        "head_read_timeout_seconds": reader.number("SLIPWAY_HEAD_READ_TIMEOUT_SECONDS", 30, 0.1),
        "keep_alive_seconds": reader.number("SLIPWAY_KEEP_ALIVE_SECONDS", 75, 1, 30 * 86_400),
        "max_connections": reader.integer("SLIPWAY_MAX_CONNECTIONS", 4096, 8, 2**20),
        **_end(reader),
        "batching": reader.boolean("SLIPWAY_BATCHING", True),
        "batch_max_rows": reader.integer("SLIPWAY_BATCH_MAX_ROWS", 4096, 1),
        "batch_max_bytes": reader.integer("SLIPWAY_BATCH_MAX_BYTES", 64 * 2**20, 1),
        "model_digests": reader.text("SLIPWAY_MODEL_SHA256"),
        "tls_lowest": reader.choice("SLIPWAY_TLS_LOWEST_VERSION", "1.2", ("1.2", "1.3")),
        "access_log": reader.boolean("SLIPWAY_ACCESS_LOG", True),
    }


def _end(reader: Reader) -> dict[str, object]:
    grace = reader.number("SLIPWAY_GRACE_SECONDS", 30, 1, 86_400)
    usual = min(5.0, grace / 4)
    drain = reader.number("SLIPWAY_DRAIN_SECONDS", usual, 0, 86_400)
    if drain > grace / 2:
        reader.problems.append(
            f"SLIPWAY_DRAIN_SECONDS is {drain:g}; it must be at most half of SLIPWAY_GRACE_SECONDS, which is {grace:g}"
        )
    return {"grace_seconds": grace, "drain_seconds": drain}
