"""Destroying a stack whose Azure has lost everything."""

import pytest

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]


def test_what_is_gone_already_is_destroyed(deployment, rehearsal):
    deployment.use_model(alpha=0.1)
    deployment.engine.up().check()
    rehearsal.command("stop")
    rehearsal.start("--fresh")
    deployment.engine.destroy().check()
    assert deployment.engine.resources() == []
