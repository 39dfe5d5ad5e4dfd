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
from scoring.telemetry import otel
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
