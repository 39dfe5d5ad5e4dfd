"""The first update of a new workspace where roles take their time, as on Azure."""

import pytest

from slipway.cloud.waits import VARIABLE
from tests.harness.own_rehearsal import OwnRehearsal

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

GROUP = "azure-native:containerinstance:ContainerGroup"
WAITS = "Azure does not let the identity slipway-rehearsal-pull pull from localhost:"


@pytest.fixture
def rehearsal(tmp_path):
    own = OwnRehearsal(tmp_path)
    own.start("--azure-times")
    # On a slow machine the role would count already, and the group would be made at once.
    own.fail("ContainerGroup", "create", "--code", "InaccessibleImage")
    yield own
    assert own.stop() == []


def test_the_first_update_waits_until_azure_lets_the_new_identity_pull(deployment):
    numbers = deployment.use_model(alpha=0.1)
    deployment.engine.env[VARIABLE] = "8"
    first = deployment.engine.up().check()
    assert WAITS in first.stdout.split("Diagnostics:")[1]
    assert "asking again in 8 s, for " in first.stdout
    assert deployment.score() == pytest.approx(numbers)

    # What the engine calls back is part of its state, and no change of the stack.
    assert deployment.engine.preview("--expect-no-changes").ok
    deployment.engine.destroy().check()


def test_ctrl_c_ends_the_wait(deployment):
    deployment.use_model(alpha=0.1)
    deployment.engine.env[VARIABLE] = "600"
    running = deployment.engine.start("up", "--skip-preview")
    running.until_told(WAITS)
    running.interrupt()
    stopped = running.wait(timeout=60)
    assert not stopped.ok
    assert 'Code="InaccessibleImage"' in stopped.stdout.split("Diagnostics:")[1]
    assert "hook" not in stopped.text
    assert deployment.engine.pending() == []
