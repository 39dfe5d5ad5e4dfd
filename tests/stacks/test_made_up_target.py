"""One settings file, one component, one line in a table: a target that is added so is one like the others."""

import json

import pytest
from typer.testing import CliRunner

from pytest_pulumi.wire import plain
from slipway import outputs
from slipway.cli import targets
from slipway.cli.main import app
from stacks.schema import schema
from stacks.settings.problems import SettingsError
from tests.harness.made_up_target import COMPONENT, DeviceServiceOutput
from tests.harness.stack_outputs import exported
from tests.harness.stack_runs import REF, SERVICE

DOOR = "slipway:services/door"
BESIDE = {
    f"{DOOR}/target": "device",
    f"{DOOR}/image": "diabetes-image:latest",
    f"{DOOR}/device": "door-1",
}


@pytest.fixture
def both(device_target, deploy):
    return deploy(BESIDE)


def test_it_is_deployed_beside_another(both):
    assert both.one(COMPONENT).name == "door"
    assert both.one("slipway:index:AciService").name == "diabetes"
    found = outputs.read(plain(both.exports), stack="test").services
    assert found["door"] == DeviceServiceOutput(
        target="device",
        name="door",
        image="diabetes-image:7",
        image_ref=REF,
        auth=False,
        device_id="door-1",
    )
    assert found["door"].scoring_uri == ""
    assert found["diabetes"].resource_group == "slipway-test"


def test_a_reader_that_does_not_know_it_reads_what_all_services_have(both, device_target):
    device_target.delitem(outputs.SERVICES, "device")
    found = outputs.read(plain(both.exports), stack="test").services
    assert found["door"] == outputs.ServiceOutput(
        target="device", name="door", image="diabetes-image:7", image_ref=REF, auth=False
    )


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            {f"{DOOR}/device": "Door"},
            {"door.device": "must be the id of a device such as door-1, got 'Door'"},
        ),
        (
            {f"{DOOR}/device": None},
            {"door.device": "is missing: Where it runs"},
        ),
        (
            {f"{DOOR}/gpu": "true"},
            {"door.gpu": "must not be given where device is a door"},
        ),
        (
            {f"{DOOR}/cpuCores": 1, f"{SERVICE}/device": "door-1"},
            {
                "door.cpuCores": "is not a setting; known here: appInsights",
                "diabetes.device": "is not a setting; known here: appInsights",
            },
        ),
        ({f"{DOOR}/target": "moon"}, {"door.target": "must be aci or device, got 'moon'"}),
    ],
)
def test_its_settings_are_refused_with_their_full_key(
    device_target,
    deploy,
    registered,
    changes,
    problems,
):
    given = {key: value for key, value in {**BESIDE, **changes}.items() if value is not None}
    with pytest.raises(SettingsError) as refusal:
        deploy(given)
    assert registered == []
    found = refusal.value.problems
    assert found.keys() == {f"slipway:services.{key}" for key in problems}
    for key, why in problems.items():
        assert found[f"slipway:services.{key}"].startswith(why)


def test_editors_know_its_settings(device_target):
    described = schema()["$defs"]["DeviceSettings"]["properties"]["device"]
    assert (described["description"], described["pattern"]) == (
        "Where it runs.",
        "^(?:[a-z][a-z0-9-]*)$",
    )


@pytest.fixture
def slipway(both, pulumi, monkeypatch, tmp_path):
    """The command in a project whose stack was deployed."""
    monkeypatch.setattr(
        "slipway.cli.targets.aci.states", lambda services: [{"state": "Running"}] * len(services)
    )
    pulumi.prints("stack export", exported(plain(both.exports)))
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_the_command_lists_it_with_what_it_has_of_its_own(slipway):
    rows = json.loads(slipway("services", "list", "--json").stdout)
    assert [(row["name"], row["state"]) for row in rows] == [
        ("diabetes", "Running"),
        ("door", "Running on door-1"),
    ]
    assert rows[1]["device_id"] == "door-1"
    assert rows[1]["image"] == "diabetes-image:7"


def test_a_service_without_an_address_cannot_be_asked_by_one(slipway):
    done = slipway("services", "score", "door", "{}")
    assert done.exit_code == 1
    assert (
        "door has no scoring URI: a service with target device is asked where it runs"
        in done.stderr
    )


def test_a_command_that_does_not_know_it_lists_the_others_all_the_same(slipway, device_target):
    device_target.delitem(targets.TARGETS, "device")
    done = slipway("services", "list", "--json")
    assert done.exit_code == 0
    assert [(row["name"], row["state"]) for row in json.loads(done.stdout)] == [
        ("diabetes", "Running"),
        ("door", "unknown"),
    ]
    assert "door: the target 'device' of door is not known here, only aci" in done.stderr
