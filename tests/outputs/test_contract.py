"""The contract between stacks and their readers, in both directions."""

import pytest

from slipway import outputs

WORKSPACE = {
    "name": "team-platform",
    "id": "/subscriptions/s/resourceGroups/team-platform",
    "resource_group": "team-platform",
    "location": "westeurope",
    "login_server": "team.azurecr.io",
    "registry_id": "/registry",
    "pull_identity_id": "/identity",
}


def test_what_is_exported_is_read_again():
    maps = outputs.export(
        workspace=outputs.exported(outputs.WorkspaceOutput, **WORKSPACE),
        models={"m": outputs.exported(outputs.ModelOutput, id="m:3", version=3, digest="d")},
        images={},
        services={},
    )
    assert set(maps) == {"outputsVersion", "workspace", "models"}
    assert maps["workspace"]["loginServer"] == "team.azurecr.io"
    found = outputs.read(maps, stack="platform")
    assert found.workspace == outputs.WorkspaceOutput(**WORKSPACE)
    assert found.models["m"].version == 3


def test_a_cluster_and_a_hub_are_read_as_what_they_are():
    dps = outputs.exported(outputs.ProvisioningOutput, name="d", id="/d", id_scope="0ne1")
    hub = {"name": "h", "id": "/h", "resource_group": "g", "location": "westeurope"}
    maps = outputs.export(
        cluster=outputs.exported(outputs.ClusterOutput, name="its-context"),
        hub=outputs.exported(outputs.HubOutput, host_name="h.azure-devices.net", dps=dps, **hub),
    )
    found = outputs.read(maps, stack="platform")
    assert found.cluster == outputs.ClusterOutput(name="its-context")
    assert found.cluster.id == ""
    assert found.hub.host_name == "h.azure-devices.net"
    assert found.hub.dps.id_scope == "0ne1"


@pytest.mark.parametrize("kind", [outputs.ClusterOutput, outputs.HubOutput])
@pytest.mark.parametrize("secret", ["kubeconfig", "token", "connection_string"])
def test_what_leads_into_them_is_not_exported(kind, secret):
    with pytest.raises(TypeError, match=f"has not exactly these fields: .*{secret}"):
        outputs.exported(kind, name="n", **{secret: "planted"})


def test_a_services_own_fields_are_refused_by_its_name():
    service = {"target": "aci", "name": "d", "image": "i:1", "imageRef": "r", "auth": False}
    with pytest.raises(outputs.OutputsError, match=r"services\.d: .*resourceGroup"):
        outputs.read({"outputsVersion": 1, "services": {"d": service}}, stack="s")


def test_numbers_of_a_state_are_floats():
    model = {"id": "m:3", "version": 3.0, "digest": "d"}
    found = outputs.read({"outputsVersion": 1.0, "models": {"m": model}}, stack="s")
    assert found.models["m"].version == 3
    assert isinstance(found.models["m"].version, int)


def test_what_a_newer_stack_adds_does_not_disturb():
    more = {"outputsVersion": 1, "models": {}, "novelty": {"a": 1}}
    assert outputs.read(more, stack="s").models == {}


@pytest.mark.parametrize(
    "fields", [{"id": "m:3", "version": 3}, {"id": "m:3", "version": 3, "digest": "d", "key": "k"}]
)
def test_a_field_too_few_or_too_many_is_a_mistake_of_ours(fields):
    with pytest.raises(TypeError, match=r"ModelOutput has not exactly these fields: (digest|key)"):
        outputs.exported(outputs.ModelOutput, **fields)


def test_so_is_a_map_that_the_contract_does_not_have():
    with pytest.raises(TypeError, match="Outputs has no such maps: keys"):
        outputs.export(keys={"diabetes": "planted"})


@pytest.mark.parametrize(
    ("exports", "said"),
    [
        ({}, "the stack s exports nothing yet: run `pulumi up --stack s` first"),
        (
            {"url": 1},
            "the stack s is not one of Slipway's: it exports url, and no outputsVersion with",
        ),
        ({"outputsVersion": 2.0}, "exports version 2 of the outputs, and this Slipway reads 1"),
        ({"outputsVersion": 1, "models": {"m": {}}}, "the outputs of the stack s cannot be read"),
    ],
)
def test_other_exports_are_refused_with_what_there_is(exports, said):
    with pytest.raises(outputs.OutputsError, match=said.replace("?", r"\?")):
        outputs.read(exports, stack="s", option=" --stack s")
