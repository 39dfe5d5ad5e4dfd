"""The same life in real containers, from an image that Docker built of the generated Dockerfile.

Where no daemon answers this is skipped and says so, unless SLIPWAY_RUNTIME=docker promises one: then it fails
(`make test-docker`).
"""

import json
import os
import shutil
import subprocess

import pytest

from tests.harness.deployment import ROOT, STACK, Deployment, variables
from tests.harness.own_rehearsal import OwnRehearsal


def daemon_answers():
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.engine,
    pytest.mark.docker,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(
        not daemon_answers() and os.environ.get("SLIPWAY_RUNTIME") != "docker",
        reason="no Docker daemon answers; SLIPWAY_RUNTIME=docker makes this a failure",
    ),
]


def containers():
    """What runs for the group `diabetes`, as Docker sees it."""
    listed = subprocess.run(
        ["docker", "ps", "--format", "{{.ID}} {{.Names}}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    ids = [line.split()[0] for line in listed if "slipway" in line]
    shown = subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, check=True)
    return json.loads(shown.stdout)


def test_a_service_in_a_real_container(tmp_path, pulumi_engine):
    rehearsal = OwnRehearsal(tmp_path)
    rehearsal.start("--runtime", "docker")
    try:
        engine = pulumi_engine(ROOT, stack_name=STACK, env=variables(rehearsal))
        deployment = Deployment(engine, rehearsal)
        numbers = deployment.use_model(alpha=0.1)
        engine.up().check()
        assert deployment.score() == pytest.approx(numbers)

        (container,) = [
            c for c in containers() if deployment.output("services.diabetes.imageRef") in str(c)
        ]
        assert container["HostConfig"]["NanoCpus"] == 1_000_000_000
        assert container["HostConfig"]["Memory"] == 1024**3
        assert container["Config"]["User"] == "1000"
        bound = [p for ports in container["HostConfig"]["PortBindings"].values() for p in ports]
        assert all(port["HostIp"].startswith("127.") for port in bound)

        deployment.configure("slipway:services.diabetes.cpuCores", 2)
        replaced = engine.up().check()
        assert replaced.changes["replace"] == 1
        assert deployment.score() == pytest.approx(numbers)
        engine.destroy().check()
        assert rehearsal.resources() == []
    finally:
        assert rehearsal.stop() == []
