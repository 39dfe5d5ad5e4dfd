"""Azure answers a creation by an error and has the resource all the same: `slipway recover` takes it in."""

import pytest

from tests.harness import consistency

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]


def test_what_exists_although_its_creation_failed_is_adopted(deployment, rehearsal):
    numbers = deployment.use_model(alpha=0.1)
    # azure-native asks again, and what is there by then is no obstacle to its second attempt.
    rehearsal.fail("ResourceGroup", "create", "--code", "503", "--after")
    for kind in ("Registry", "ContainerGroup"):
        rehearsal.fail_after_creation(kind, "504")
        told = deployment.engine.up().text
        assert "GatewayTimeout" in told
        assert "ServiceUnavailable" not in told
        assert deployment.engine.pending() == []
        again = deployment.engine.up()
        assert "cannot create already existing resource" in again.text
        recovered = deployment.recover()
        assert recovered.returncode == 0, recovered.stdout + recovered.stderr
        assert f":{kind} " in recovered.stdout
        assert "exists all the same, taken into the state as" in recovered.stdout
    deployment.engine.up().check()
    assert deployment.score() == pytest.approx(numbers)
    assert consistency.problems(deployment) == []
    deployment.engine.destroy().check()
    assert consistency.nothing(deployment) == []
