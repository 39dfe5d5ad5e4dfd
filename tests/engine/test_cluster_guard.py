"""A guard before what is protected, under the real engine: a resource group with a registry in it stands for a cluster
with its pools, as Azure replaces a group for its region."""

import pytest
import yaml

from tests.harness.deployment import ROOT, variables

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

PROGRAM = """
import pulumi
import pulumi_azure_native as azure
from slipway.resources.cluster_guard import ClusterGuard, ClusterGuardArgs
from slipway.resources.cluster_settings import FixedClusterSettings, FixedClusterSettingsArgs

given = pulumi.Config()
protect, location = given.require_bool("protect"), given.require("location")
fixed = FixedClusterSettings(
    "fixed",
    FixedClusterSettingsArgs(
        cluster_name="cluster", stack=pulumi.get_stack(), protect=protect, values={"location": location}
    ),
)
cluster = azure.resources.ResourceGroup(
    "cluster",
    resource_group_name="cluster",
    location=location,
    opts=pulumi.ResourceOptions(protect=protect or None, delete_before_replace=True, depends_on=fixed),
)
pool = azure.managedidentity.UserAssignedIdentity(
    "pool", resource_group_name=cluster.name, resource_name_="pool", location="westeurope"
)
ClusterGuard(
    "guard",
    ClusterGuardArgs(
        cluster_id=cluster.id,
        cluster_name="cluster",
        stack=pulumi.get_stack(),
        protect=protect,
    ),
    pulumi.ResourceOptions(depends_on=[cluster, pool]),
)
"""


@pytest.fixture
def engine(pulumi_engine, rehearsal):
    project = {
        "name": "guarded",
        "runtime": {"name": "python", "options": {"virtualenv": str(ROOT / ".venv")}},
        "plugins": {"providers": [{"name": "slipway", "path": str(ROOT / "plugin")}]},
    }
    files = {"Pulumi.yaml": yaml.safe_dump(project), "__main__.py": PROGRAM}
    config = {"protect": "true", "location": "westeurope"}
    return pulumi_engine(files, config=config, env=variables(rehearsal))


def test_a_protected_cluster_loses_nothing_until_that_is_allowed(engine, rehearsal):
    engine.up().check()
    before = rehearsal.resources()
    assert len(before) == 2

    destroyed = engine.destroy()
    assert not destroyed.ok
    assert "The cluster cluster is protected: nothing of it was destroyed." in destroyed.text
    assert "slipway:cluster.protect false" in destroyed.text
    assert rehearsal.resources() == before

    # Azure could only replace it: refused by the preview with the reason, and without a preview before any deletion.
    engine.config_set("location", "northeurope")
    for refused in (engine.preview(), engine.up()):
        assert not refused.ok
        assert "Traceback" not in refused.text
        assert (
            "location would change from westeurope to northeurope. Take that back." in refused.text
        )
        assert rehearsal.resources() == before

    # Both commands of the refusal, and then it goes.
    engine.config_set("location", "westeurope")
    engine.config_set("protect", "false")
    engine.up().check()
    assert rehearsal.resources() == before
    engine.destroy().check()
    assert rehearsal.resources() == []
