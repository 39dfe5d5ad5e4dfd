"""Create it or use it: the form of a workspace, a cluster and a hub, each with one file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from stacks.settings.cluster import ClusterSettings
from stacks.settings.hub import HubSettings, ProvisioningSettings
from stacks.settings.workspace import WorkspaceSettings

GROUP = "/subscriptions/s/resourceGroups/g"
STACK = "organization/slipway/platform"
IDS = {
    WorkspaceSettings: GROUP,
    ClusterSettings: f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/c",
    HubSettings: f"{GROUP}/providers/Microsoft.Devices/IotHubs/hub",
    ProvisioningSettings: f"{GROUP}/providers/Microsoft.Devices/provisioningServices/dps",
}
KUBECONFIG = {"kubeconfig": "~/config", "context": "c"}
ALONE = "must not be given beside existing: what is used is never changed; set it in the stack that creates it"


class Made(ClusterSettings):
    """As the release will have it that creates clusters."""

    node_count: int = 1


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "config").write_text("kind: Config\n")
    return tmp_path


def problems(kind, **settings):
    return dict(kind.model_validate(settings).problems())


def refusals(kind, **existing):
    with pytest.raises(ValidationError) as refusal:
        kind.model_validate({"existing": existing})
    return {
        error["loc"][-1]: error["msg"].removeprefix("Value error, ")
        for error in refusal.value.errors()
    }


@pytest.mark.parametrize("kind", IDS, ids=lambda kind: kind.__name__)
def test_each_way_alone_is_right(kind):
    names = {"resourceGroup": "g", "name": "one-name"}
    for existing in ({"stack": STACK}, {"id": IDS[kind]}, names):
        assert problems(kind, existing=existing) == {}
    assert problems(kind) == {}


def test_a_cluster_may_be_reached_by_a_kubeconfig(home):
    assert problems(ClusterSettings, existing=KUBECONFIG) == {}
    found = ClusterSettings.model_validate({"existing": KUBECONFIG})
    assert found.existing.kubeconfig == home / "config"
    assert refusals(HubSettings, **KUBECONFIG).keys() == {"kubeconfig", "context"}


@pytest.mark.parametrize(
    ("existing", "received"),
    [
        ({}, "nothing"),
        ({"kubeconfig": "~/config"}, "kubeconfig"),
        ({"name": "c"}, "name"),
        ({"stack": STACK, "id": IDS[ClusterSettings]}, "stack and id"),
        ({"id": IDS[ClusterSettings], **KUBECONFIG}, "id and kubeconfig and context"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_none_or_several_ways_are_refused(existing, received):
    assert problems(ClusterSettings, existing=existing) == {
        "existing": "must have exactly one of stack, id, resourceGroup with name, or kubeconfig with "
        f"context, got {received}"
    }


@pytest.mark.parametrize("kind", IDS, ids=lambda kind: kind.__name__)
def test_an_id_is_one_of_its_own_kind(kind):
    for other in set(IDS.values()) - {IDS[kind]}:
        assert refusals(kind, id=other)["id"].startswith("must be the ARM id of a")
    assert kind.model_validate({"existing": {"id": IDS[kind].lower()}}).existing.id


def test_names_and_files_are_looked_at():
    assert refusals(ClusterSettings, name="-c")["name"].startswith("must be 1-63 letters")
    assert refusals(HubSettings, name="my_hub")["name"].startswith("must be 3-50 letters")
    assert "does not exist" in refusals(ClusterSettings, kubeconfig="~/none")["kubeconfig"]
    assert (
        "which is a folder" in refusals(ClusterSettings, kubeconfig=str(Path.home()))["kubeconfig"]
    )


def test_existing_stands_alone():
    assert problems(Made, existing={"stack": STACK}, nodeCount=3) == {"nodeCount": ALONE}
    assert problems(Made, nodeCount=3) == {}


def test_beside_a_hub_that_is_used_there_may_be_a_provisioning_service():
    used = {"stack": STACK}
    assert problems(HubSettings, existing=used, dps={}) == {}
    assert problems(HubSettings, existing=used, dps={"existing": used}) == {}
    assert problems(HubSettings, existing=used, dps={"existing": {}}) == {
        "dps.existing": "must have exactly one of stack, id, or resourceGroup with name, got nothing"
    }
