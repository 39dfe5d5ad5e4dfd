"""`pulumi up` killed with SIGKILL at moments that hurt, then `slipway recover` and `pulumi up`."""

import pytest

from tests.harness import consistency

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

GROUP = "azure-native:containerinstance:ContainerGroup"


def killed(deployment, happened, what, *command):
    """Start an update, and kill it when it has happened."""
    run = deployment.engine.start(*(command or ("up", "--skip-preview")))
    run.until_true(happened, what)
    run.kill()
    assert run.wait().killed
    assert deployment.engine.left_running() == []


def recovered(deployment):
    done = deployment.recover()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert deployment.engine.pending() == []
    return done.stdout


def converged(deployment, numbers):
    deployment.engine.up().check()
    assert deployment.score() == pytest.approx(numbers)
    assert consistency.problems(deployment) == []


def test_every_kill_is_recovered_from(deployment, rehearsal):
    engine = deployment.engine
    numbers = deployment.use_model(alpha=0.1)

    def exists():
        return any("/containergroups/" in one for one in rehearsal.resources())

    def gone():
        return not exists()

    # The first up, when Azure has the service and the engine does not know it yet.
    killed(deployment, exists, "a container group")
    assert [one["resource"]["type"] for one in engine.pending()] == [GROUP]
    locked = engine.up()
    assert not locked.ok
    assert "locked" in locked.text
    engine.cancel().check()
    refused = engine.up()
    assert "cannot create already existing resource" in refused.text
    assert "containerGroups/diabetes" in recovered(deployment)
    converged(deployment, numbers)

    # An update, when the registry has the model's number and the engine does not know it yet.
    numbers = deployment.use_model(alpha=5)
    killed(deployment, wrote(rehearsal, "/v2/models/diabetes/manifests/2"), "model 2")
    recovered(deployment)
    converged(deployment, numbers)
    assert [one["version"] for one in deployment.listed("models")] == [1, 2]

    # The same for the image's number.
    numbers = deployment.use_model(alpha=50)
    killed(deployment, wrote(rehearsal, "/v2/images/diabetes-image/manifests/3"), "image 3")
    recovered(deployment)
    converged(deployment, numbers)
    assert [one["version"] for one in deployment.listed("images")] == [1, 2, 3]

    # A replacement, when the old service is gone and the new one is not there.
    deployment.configure("slipway:services.diabetes.cpuCores", 2)
    killed(deployment, gone, "no container group")
    recovered(deployment)
    converged(deployment, numbers)

    # A replacement, when the new service is there and the engine does not know it yet: the state
    # still has the old one, and what depends on it.
    deployment.configure("slipway:services.diabetes.cpuCores", 1)
    seen = []

    def there_again():
        seen.append(exists())
        return seen[-1] and not all(seen)

    killed(deployment, there_again, "a new container group")
    assert "taken into the state" in recovered(deployment)
    converged(deployment, numbers)

    # A destroy, while Azure deletes the service and goes on doing so: not taken for one that stays.
    def deleting():
        return "Deleting" in rehearsal.states().values()

    killed(deployment, deleting, "a deletion under way", "destroy", "--skip-preview")
    recovered(deployment)
    converged(deployment, numbers)

    # Any of these, while the back end writes the attributes of the state's file.
    for attributes in engine.backend.rglob(f"{engine.stack}.json.attrs"):
        attributes.write_text("")
    assert "failed to load checkpoint: EOF" in engine.up().text
    assert "its attributes were cut off" in recovered(deployment)
    converged(deployment, numbers)

    engine.destroy().check()
    assert consistency.nothing(deployment) == []


def wrote(rehearsal, path):
    """Whether a manifest has been written there."""

    def happened():
        return any(r["method"] == "PUT" and r["path"] == path for r in rehearsal.requests())

    return happened
