"""What the person who starts the server decides: command line first, then environment variables.

Names without SLIPWAY_ are Azure ML's own (azureml-inference-server-http 1.5.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scoring.environment import Reader

_LOG_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Milliseconds end in _ms, seconds in _seconds; None means no limit."""

    #: Holds the entry script and models; also AML_APP_ROOT.
    source: Path
    host: str = "127.0.0.1"
    port: int = 5001
    grpc_port: int | None = None
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
    drain_seconds: float = 5.0
    shutdown_seconds: float = 30.0
    access_log: bool = True
    #: Rows of several requests to one model may be computed together.
    batching: bool = True
    batch_max_rows: int = 4096
    batch_max_bytes: int = 64 * 2**20
    #: Pickles are loaded whatever their sha256 (the command line's --trust-pickle).
    trust_pickle: bool = False
    #: Digests of pickles that may be loaded (SLIPWAY_MODEL_SHA256).
    model_digests: str = ""


def read(variables: Mapping[str, str], given: Mapping[str, object]) -> Settings:
    """`given` holds what the command line named. Raises ScoringError with all problems."""
    reader = Reader(variables)
    values = _paths(variables) | _azure_ml(reader) | _production(reader)
    values |= {name: value for name, value in given.items() if value is not None}
    if bool(values.get("tls_certificate")) != bool(values.get("tls_key")):
        reader.problems.append("--tls-cert and --tls-key belong together; one of them is missing")
    reader.finish()
    return Settings(**values)  # type: ignore[arg-type]  # names and types are those of the fields, checked by Reader


def _paths(variables: Mapping[str, str]) -> dict[str, object]:
    model_directory = variables.get("AZUREML_MODEL_DIR")
    return {
        "source": Path(variables.get("AML_APP_ROOT") or ".").absolute(),
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
        "log_level": reader.choice("AZUREML_LOG_LEVEL", "INFO", _LOG_LEVELS),
        "cors_origins": tuple(part.strip() for part in origins.split(",") if part.strip()),
        "run_timeout_ms": reader.integer("SCORING_TIMEOUT_MS", 3_600_000, 1),
    }


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
        "drain_seconds": reader.number("SLIPWAY_DRAIN_SECONDS", 5, 0, 3600),
        "shutdown_seconds": reader.number("SLIPWAY_SHUTDOWN_SECONDS", 30, 0, 3600),
        "batching": reader.boolean("SLIPWAY_BATCHING", True),
        "batch_max_rows": reader.integer("SLIPWAY_BATCH_MAX_ROWS", 4096, 1),
        "batch_max_bytes": reader.integer("SLIPWAY_BATCH_MAX_BYTES", 64 * 2**20, 1),
        "model_digests": reader.text("SLIPWAY_MODEL_SHA256"),
        "tls_lowest": reader.choice("SLIPWAY_TLS_LOWEST_VERSION", "1.2", ("1.2", "1.3")),
        "access_log": reader.boolean("SLIPWAY_ACCESS_LOG", True),
    }
