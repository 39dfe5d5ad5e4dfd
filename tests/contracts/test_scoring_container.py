"""What images and targets say of the scoring server is what the server itself says."""

import argparse
import json
import re
from dataclasses import replace

import pytest

from scoring import settings
from scoring.azureml import routes as azureml
from scoring.commands import check, serve
from scoring.errors import ScoringError, StartupFailed
from scoring.http import keys
from scoring.oip import rest
from scoring.service import Service
from scoring.telemetry import exposition, install, otel
from slipway.imagebuild import dockerfile
from slipway.rules import scoring_container as container


def given(command):
    """What the server makes of a command line."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    serve.add_arguments(commands.add_parser("serve"))
    assert command[:3] == ("python", "-m", "scoring")
    return settings.read({}, vars(parser.parse_args(command[3:])))


def test_the_server_understands_both_commands():
    http, both = given(container.SERVE), given(container.SERVE_WITH_GRPC)
    assert (http.port, http.grpc_port) == (container.PORT, None)
    assert (both.port, both.grpc_port) == (container.PORT, container.GRPC_PORT)
    assert http.health_port == both.health_port == container.HEALTH_PORT
    assert str(http.source) == container.APP_ROOT
    assert both == replace(http, grpc_port=container.GRPC_PORT)


@pytest.mark.parametrize("command", [container.SERVE, container.SERVE_WITH_GRPC, container.CHECK])
def test_every_command_takes_its_secrets_from_the_folder(command):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    serve.add_arguments(commands.add_parser("serve"))
    check.add_arguments(commands.add_parser("check"))
    told = parser.parse_args([*command, *container.SECRETS][3:])
    assert str(told.secrets) == container.SECRETS_FOLDER


def test_an_image_starts_the_server_and_names_its_ports():
    text = dockerfile.render(
        base_image="python:3.11", python="3.11", entry_script=None, model_dir="/models", labels={}
    )
    entry_point = json.loads(re.search(r"^ENTRYPOINT (.*)$", text, re.M)[1])
    assert tuple(entry_point) == container.SERVE_WITH_GRPC
    assert f"EXPOSE {container.PORT} {container.GRPC_PORT}\n" in text


def test_probes_ask_routes_of_the_server_that_need_no_key():
    service = Service(settings.read({}, {}))
    found = {route.path: route for route in [*azureml.routes(service), *rest.routes(service)]}
    for path in (container.LIVE_PATH, container.READY_PATH):
        assert found[path].open


def test_the_server_takes_its_keys_from_the_reserved_variables():
    variables = {container.PRIMARY_KEY: "first-key", container.SECONDARY_KEY: "second-key"}
    accepted = keys.take_from(variables)
    assert accepted is not None
    assert variables == {}


def test_the_server_sends_telemetry_where_the_reserved_variable_says():
    assert otel.CONNECTION_STRING == container.INSIGHTS


def test_the_server_reads_how_long_to_drain():
    assert settings.read({container.DRAIN_SECONDS: "0"}, {}).drain_seconds == 0


def test_a_script_that_fails_has_an_exit_code_of_its_own():
    assert StartupFailed.exit_code == container.EXIT_INIT_FAILED != ScoringError.exit_code


def test_the_server_reads_what_a_cluster_tells_it():
    told = {
        container.DRAIN_SECONDS: "10",
        container.GRACE_SECONDS: "75",
        container.KEEP_ALIVE_SECONDS: "3900",
        container.CONCURRENT_REQUESTS: "3",
        container.QUEUE_WAIT_MS: "500",
        container.REQUEST_TIMEOUT_MS: "60000",
        container.PATH_PREFIX: "/api/v1/service/a",
    }
    found = settings.read(told, {})
    assert (found.drain_seconds, found.grace_seconds, found.keep_alive_seconds) == (10, 75, 3900)
    assert found.max_concurrent_requests == 3
    assert (found.max_queue_wait_ms, found.request_timeout_ms) == (500, 60000)
    assert found.service_path_prefix == "/api/v1/service/a"


def test_the_server_reads_its_keys_from_files_again(tmp_path):
    primary, secondary = tmp_path / "primary", tmp_path / "secondary"
    primary.write_text("first-key")
    secondary.write_text("second-key")
    accepted = keys.take_from(
        {
            container.PRIMARY_KEY_FILE: str(primary),
            container.SECONDARY_KEY_FILE: str(secondary),
        }
    )
    primary.write_text("third-key")
    accepted.reload()
    assert [accepted.accepts(f"{which}-key") for which in ("first", "second", "third")] == [
        False,
        True,
        True,
    ]


def test_the_server_counts_what_an_autoscaler_asks_for():
    service = Service(settings.read({}, {}))
    service.metrics = install.metrics({})
    assert container.METRICS_PATH in {route.path for route in install.routes(service, {})}
    _, text = exposition.text(service.metrics.instruments, "")
    assert f"\n{container.IN_PROGRESS} 0.0\n" in text.decode()


def test_an_image_runs_as_the_user_that_pods_name():
    text = dockerfile.render(
        base_image="python:3.11", python="3.11", entry_script=None, model_dir="/models", labels={}
    )
    assert f"USER {container.USER}\n" in text
