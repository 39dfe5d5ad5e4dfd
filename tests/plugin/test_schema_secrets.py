"""The schema calls secret what the components register as secret, no more and no less."""

import pytest

from components import aci_service, workspace
from plugin.schema.served import SECRETS
from pytest_pulumi.wire import is_secret


def make_workspace():
    args = workspace.WorkspaceArgs(
        base_name="acme", location="westeurope", application_insights=True
    )
    workspace.Workspace("workspace", args)


def make_service():
    args = aci_service.AciServiceArgs(
        service_name="diabetes",
        location="westeurope",
        resource_group="rg",
        registry="reg.azurecr.io",
        pull_identity="/subscriptions/0/id",
        image="reg.azurecr.io/images/diabetes-image@sha256:" + "a" * 64,
        image_id="diabetes-image:1",
        auth=True,
    )
    aci_service.AciService("service", args)


@pytest.mark.parametrize(
    ("component", "make"),
    [("Workspace", make_workspace), ("AciService", make_service)],
)
def test_secret_outputs_of_a_component(azure_mocks, component, make):
    run = azure_mocks(make)
    registered = run.outputs[run.one(f"slipway:index:{component}").urn]
    assert {name for name, value in registered.items() if is_secret(value)} == SECRETS[component]
