"""What becomes of variables, as far as no server is needed to see it."""

import pytest

from scoring import settings
from scoring.errors import ScoringError


def read(tmp_path, given=None, **variables):
    return settings.read({"AML_APP_ROOT": str(tmp_path), **variables}, given or {})


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ("debug", "DEBUG"),
        ("Warn", "WARNING"),
        ("FATAL", "CRITICAL"),
        ("", "INFO"),
        ("error", "ERROR"),
    ],
)
def test_log_levels_by_any_of_pythons_names(tmp_path, given, level):
    assert read(tmp_path, AZUREML_LOG_LEVEL=given).log_level == level


def test_a_separate_health_endpoint_is_on_port_5000_unless_another_is_given(tmp_path):
    assert read(tmp_path).health_port is None
    assert read(tmp_path, SEPERATE_HEALTH_ENDPOINT="false").health_port is None
    assert read(tmp_path, SEPERATE_HEALTH_ENDPOINT="true").health_port == 5000
    assert (
        read(tmp_path, {"health_port": 6000}, SEPERATE_HEALTH_ENDPOINT="true").health_port == 6000
    )


def test_the_health_port_is_not_the_servers_own(tmp_path):
    with pytest.raises(ScoringError, match="--health-port is 5000, as is --port"):
        read(tmp_path, {"port": 5000}, SEPERATE_HEALTH_ENDPOINT="true")


def test_several_processes_and_one_debugger_are_refused_with_everything_else(tmp_path):
    with pytest.raises(ScoringError) as refused:
        read(
            tmp_path,
            WORKER_COUNT="2",
            AZUREML_DEBUG_PORT="5678",
            SEPERATE_HEALTH_ENDPOINT="perhaps",
            WORKER_TIMEOUT="x",
        )
    for named in (
        "AZUREML_DEBUG_PORT needs one process",
        "SEPERATE_HEALTH_ENDPOINT is 'perhaps'",
        "WORKER_TIMEOUT is 'x'",
    ):
        assert named in str(refused.value)


@pytest.mark.parametrize(
    ("run_ms", "worker_seconds", "limit_ms"),
    [
        ("5000", "", 5000),
        ("5000", "2", 2000),
        ("1000", "2", 1000),
        ("0", "2", 2000),
        ("5000", "0", 5000),
    ],
)
def test_the_shorter_limit_of_a_run_holds(tmp_path, run_ms, worker_seconds, limit_ms):
    found = read(tmp_path, SCORING_TIMEOUT_MS=run_ms, WORKER_TIMEOUT=worker_seconds)
    assert found.run_timeout_ms == limit_ms


def test_what_is_set_in_vain_is_said(tmp_path):
    said = read(
        tmp_path,
        GUNICORN_CMD_ARGS="--threads 4",
        AML_DBG_MODEL_INFO="1",
        AML_MODEL_DC_STORAGE_ENABLED="true",
        AML_MDC_STORAGE_ENABLED="false",
        WORKER_PRELOAD="True",
        WORKER_COUNT="2",
        AZUREML_CONFIG_FILE="/nowhere.json",
    ).notices
    assert [sentence.split(" ")[0] for sentence in said] == [
        "AZUREML_CONFIG_FILE",
        "GUNICORN_CMD_ARGS",
        "AML_DBG_MODEL_INFO",
        "AML_MODEL_DC_STORAGE_ENABLED",
        "WORKER_PRELOAD",
    ]
    assert read(tmp_path, WORKER_PRELOAD="true").notices == ()
