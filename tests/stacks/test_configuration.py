"""Configuration as Pulumi hands it over: texts, JSON, secrets."""

from pathlib import Path

import pytest
import yaml

from pytest_pulumi.wire import Secret, is_secret, plain
from stacks import configuration
from stacks.settings.problems import SettingsError
from tests.harness.configurations import changed

ROOT = Path(__file__).parents[2]
SERVICE = "slipway:services/diabetes"


@pytest.fixture
def load(pulumi_mocks, project):
    def run(config):
        loaded = []

        def program():
            settings, secrets = configuration.load()
            loaded.append(settings)
            return dict(secrets)

        run = pulumi_mocks(program, config=config)
        return loaded[0], run.result

    return run


def test_reads_objects_and_texts(load):
    settings, _ = load(changed({f"{SERVICE}/tags": {"a": "b"}, "slipway:workspace/name": "team"}))
    assert settings.services["diabetes"].arguments()["tags"] == {"a": "b"}
    assert settings.workspace.name == "team"
    assert settings.location == "westeurope"


def test_secrets_stay_secret(load):
    _, secrets = load(
        changed(
            {
                f"{SERVICE}/secretEnvironment": {"A": "apiToken", "B": "pin"},
                "slipway:secrets": Secret({"apiToken": "planted", "pin": 1234}),
            }
        )
    )
    assert all(is_secret(value) for value in secrets.values())
    assert plain(secrets) == {"apiToken": "planted", "pin": "1234"}


def test_without_secrets_there_are_none(load):
    assert load(changed({}))[1] == {}


def test_never_shows_what_is_secret(load):
    services = {"diabetes": {"target": "aci", "image": "diabetes-image:1", "cpuCores": "planted"}}
    with pytest.raises(SettingsError) as refusal:
        load(changed({"slipway:services": Secret(services)}))
    assert "planted" not in str(refusal.value)
    assert refusal.value.problems["slipway:services.diabetes.cpuCores"] == (
        "must be a number (its value is secret)"
    )


def test_other_namespaces_are_not_ours(load):
    assert load({**changed({}), "docker-build:host": "unix:///var/run/docker.sock"})


@pytest.mark.parametrize(
    "path", sorted((ROOT / "stacks").glob("Pulumi.*.yaml")), ids=lambda path: path.name
)
def test_the_stacks_that_come_along_are_valid(load, path, project):
    example = project / "examples" / "diabetes"
    example.mkdir(parents=True)
    for name in ("score.py", "myenv.yml"):
        (example / name).write_text((ROOT / "examples" / "diabetes" / name).read_text())
    (example / "model.pkl").write_bytes(b"made by train.py")
    settings, _ = load(yaml.safe_load(path.read_text())["config"])
    assert settings.location == "westeurope"
