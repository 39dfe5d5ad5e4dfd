from pathlib import Path

import pytest
import yaml
from stacks.problems import SettingsError

from pytest_pulumi.wire import Secret, is_secret, plain
from stacks import configuration

ROOT = Path(__file__).parents[2]


@pytest.fixture
def load(pulumi_mocks):
    def run(**config):
        loaded = []

        def program():
            settings, secrets = configuration.load()
            loaded.append(settings)
            return {"primary": secrets.primary_key, "tls": secrets.tls_key}

        keys = {"azure-native:location": "westeurope", "slipway:image": "a-image:1"}
        run = pulumi_mocks(program, config=keys | {f"slipway:{k}": v for k, v in config.items()})
        return loaded[0], run.result

    return run


def test_reads_objects_and_texts(load):
    settings, _ = load(service={"cpuCores": 2, "tags": {"a": "b"}}, image="other-image:3")
    assert settings.service.cpu_cores == 2
    assert settings.service.tags == {"a": "b"}
    assert settings.image.version == 3


def test_secrets_stay_secret(load):
    _, secrets = load(primaryKey=Secret("planted"))
    assert is_secret(secrets["primary"])
    assert plain(secrets["primary"]) == "planted"
    assert secrets["tls"] is None


def test_refuses_keys_that_mean_nothing(load):
    with pytest.raises(SettingsError, match="slipway:servise is not a setting; did you mean"):
        load(servise={"cpuCores": 2})


def test_broken_json_is_told_with_its_key(load):
    with pytest.raises(SettingsError, match=r"slipway:service must be an object, got '\{broken'"):
        load(service="{broken")


def test_never_shows_what_is_secret(load):
    with pytest.raises(SettingsError) as refusal:
        load(service=Secret({"cpuCores": "planted"}))
    assert "planted" not in str(refusal.value)
    assert "slipway:service.cpuCores must be a number" in str(refusal.value)


@pytest.mark.parametrize("stack", ["rehearsal", "dev", "prod"])
def test_the_stacks_that_come_along_are_valid(load, stack, monkeypatch, tmp_path):
    text = (ROOT / "stacks" / f"Pulumi.{stack}.yaml").read_text()
    example = tmp_path / "examples" / "diabetes"
    example.mkdir(parents=True)
    for name in ("score.py", "myenv.yml"):
        (example / name).write_text((ROOT / "examples" / "diabetes" / name).read_text())
    (example / "model.pkl").write_bytes(b"made by train.py")
    monkeypatch.chdir(tmp_path)
    config = yaml.safe_load(text)["config"]
    keys = {key.removeprefix("slipway:"): v for key, v in config.items() if "slipway" in key}
    settings, _ = load(**keys)
    assert settings.model.name == "diabetes"
