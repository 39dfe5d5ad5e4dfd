"""Cures of the README's troubleshooting table that need a deployed service; test_troubleshooting.py lists them all."""

import subprocess
import sys

import pytest

from tests.harness import consistency

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

# As somebody in the portal: CPU cannot be changed in place, so the group is made anew.
CHANGE_OUTSIDE = """
import sys
from slipway.cloud.container_instances import container_instances
groups = container_instances().container_groups
group = groups.get(*sys.argv[1:])
groups.begin_delete(*sys.argv[1:]).result()
group.containers[0].resources.requests.cpu = 2
groups.begin_create_or_update(*sys.argv[1:], group).result()
"""
WAITING = "    global model\n"


def test_a_first_update_that_failed_can_be_looked_into_and_mended(deployment, edit):
    engine = deployment.engine
    numbers = deployment.use_model(alpha=0.1)
    deployment.configure("slipway:services.diabetes.smokeTest", {"deadlineSeconds": 30})
    # Else the script's end is found before there is a container to look into.
    deployment.configure("slipway:services.diabetes.startCheck", False)
    edit("score.py", WAITING, "    import os\n    os.kill(os.getpid(), 9)\n    global model\n")
    assert not engine.up().ok

    # `slipway services …` works all the same, and a container that was killed is explained.
    listed = deployment.slipway("services", "list")
    assert (listed.returncode, "diabetes" in listed.stdout) == (0, True), listed.stderr
    logs = deployment.slipway("services", "logs")
    assert logs.returncode == 0, logs.stderr
    for told in (listed, logs):
        assert "exit code 137: it was killed, most likely because it needed more" in told.stderr
    scored = deployment.slipway("services", "score", "{}")
    assert scored.returncode == 1
    assert "did not answer" in scored.stderr
    assert len(scored.stderr.splitlines()) == 1
    keys = deployment.slipway("services", "keys")
    assert "authentication is off" in keys.stdout

    # Mended, the same service is deployed under the same name.
    edit("score.py", "    import os\n    os.kill(os.getpid(), 9)\n", "")
    engine.up().check()
    assert deployment.score() == pytest.approx(numbers)

    # A request that run() cannot read: the traceback is in the log.
    refused = deployment.slipway("services", "score", '{"data": [["no number"]]}')
    assert refused.returncode == 1
    assert "answered 500" in refused.stderr
    assert "`slipway services logs diabetes`" in refused.stderr
    logs = deployment.slipway("services", "logs", "diabetes")
    assert "Traceback (most recent call last)" in logs.stdout
    assert "score.py" in logs.stdout

    # What Azure cannot change in place was changed outside: the group is made anew.
    group = deployment.output("services.diabetes.resourceGroup")
    name = deployment.output("services.diabetes.name")
    outside = [sys.executable, "-c", CHANGE_OUTSIDE, group, name]
    subprocess.run(outside, env=engine.env, check=True)
    numbers = deployment.use_model(alpha=5)
    told = engine.up()
    assert not told.ok
    assert f"The updates on container group '{name}' are invalid" in told.text
    engine.up("--replace", "**ContainerGroup::diabetes").check()
    assert deployment.score() == pytest.approx(numbers)
    assert consistency.problems(deployment) == []
