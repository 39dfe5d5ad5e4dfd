"""What a good configuration comes to."""

import pytest

from slipway.rules.references import ImageReference, ModelReference
from stacks.settings.given import Given
from stacks.settings.parse import parse
from stacks.settings.service import secret_references
from tests.harness.configurations import REMOVED, changed

SERVICE = "slipway:services/diabetes"
USED = {"stack": "organization/slipway/platform"}
NOTHING = {"slipway:models": REMOVED, "slipway:images": REMOVED, "slipway:services": REMOVED}


@pytest.fixture
def read(project):
    """Settings of the good configuration with changes by path."""

    def settings(changes=None, **given):
        return parse(Given(values=changed(changes or {}), **given))

    return settings


def test_little_is_needed(read):
    settings = read()
    service = settings.services["diabetes"]
    assert service.image == ImageReference("diabetes-image", None)
    assert settings.images["diabetes-image"].models == (ModelReference("diabetes"),)
    assert service.options(**service.arguments()) == service.options()
    assert settings.workspace.name == "slipway"


@pytest.mark.parametrize(
    "changes",
    [
        {**NOTHING, "slipway:workspace": {}},
        {"slipway:services": REMOVED},
        {"slipway:images": REMOVED, "slipway:services": REMOVED},
        {"slipway:models": REMOVED, "slipway:images/diabetes-image/models": ["diabetes:3"]},
        {**NOTHING, "slipway:services": {"a": {"target": "aci", "image": "diabetes-image:7"}}},
        {**NOTHING, "slipway:services": {"a": {"target": "aci", "image": "diabetes-image:latest"}}},
    ],
    ids=["platform", "no services", "models alone", "registered model", "finished image", "newest"],
)
def test_every_section_may_be_left_out(read, changes):
    assert read(changes)


@pytest.mark.parametrize(
    "existing",
    [
        USED,
        {"id": "/subscriptions/s/resourceGroups/team-platform"},
        {"resourceGroup": "team", "name": "team-platform"},
    ],
    ids=["stack", "id", "names"],
)
def test_a_workspace_may_be_used(read, existing):
    settings = read({"slipway:workspace/existing": existing, "slipway:resourceGroup": "mine"})
    assert settings.workspace.existing is not None
    assert settings.resource_group == "mine"


def test_a_used_registry_may_hold_the_latest_image_of_another_stack(read):
    changes = {"slipway:workspace/existing": USED, f"{SERVICE}/image": "other-image:latest"}
    assert read(changes).services["diabetes"].image == ImageReference("other-image", None)


def test_numbers_and_truth_may_come_as_text(read):
    options = {
        "cpuCores": "2",
        "memoryGb": "3.5",
        "auth": "true",
        "environment": {"WORKERS": 2, "DEBUG": True, "RATE": 0.5},
        "tags": {"owner": 7},
    }
    settings = read({f"{SERVICE}/{name}": value for name, value in options.items()})
    found = settings.services["diabetes"].arguments()
    assert (found["cpu_cores"], found["memory_gb"], found["auth"]) == (2.0, 3.5, True)
    assert found["environment"] == {"WORKERS": "2", "DEBUG": "true", "RATE": "0.5"}
    assert found["tags"] == {"owner": "7"}


def test_a_region_may_be_written_as_the_portal_does(read):
    assert read({"azure-native:location": "West Europe"}).location == "westeurope"


def test_services_of_one_image_and_models_of_several_kinds(read):
    settings = read(
        {
            "slipway:images/diabetes-image/models": ["diabetes", "diabetes:1", "scaler:3"],
            "slipway:services/again": {"target": "aci", "image": "diabetes-image:latest"},
            "slipway:services/before": {"target": "aci", "image": "diabetes-image:1"},
        }
    )
    assert [str(model) for model in settings.images["diabetes-image"].models] == [
        "diabetes",
        "diabetes:1",
        "scaler:3",
    ]
    assert {str(service.image) for service in settings.services.values()} == {
        "diabetes-image:latest",
        "diabetes-image:1",
    }


@pytest.mark.parametrize("name", ["1abc", "ab", "a", "x" * 63])
def test_a_service_is_called_as_container_instances_allows(read, name):
    assert read({f"{SERVICE}/name": name}).services["diabetes"].name == name
    assert read({f"slipway:services/{name}": {"target": "aci", "image": "diabetes-image:1"}})


def test_a_smoke_request_may_be_any_json(read):
    request = {"data": [[1, 2], [3, 4]]}
    settings = read({f"{SERVICE}/smokeTest": {"request": request, "deadlineSeconds": "9"}})
    smoke = settings.services["diabetes"].arguments()["smoke_test"]
    assert (smoke.request, smoke.deadline_seconds) == (request, 9)


def test_secrets_are_referred_to_by_name(read):
    settings = read(
        {
            f"{SERVICE}/auth": True,
            f"{SERVICE}/keys": {"primarySecret": "first", "secondarySecret": "second"},
            f"{SERVICE}/secretEnvironment": {"API_TOKEN": "token"},
            "slipway:secrets": {"first": "1", "second": "2", "token": "3"},
        },
        hidden={"slipway:secrets"},
    )
    given = settings.services["diabetes"].model_dump(by_alias=True)
    assert dict(secret_references(given)) == {
        ("secretEnvironment", "API_TOKEN"): "token",
        ("keys", "primarySecret"): "first",
        ("keys", "secondarySecret"): "second",
    }
