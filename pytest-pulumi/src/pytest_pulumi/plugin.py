"""The fixtures."""

import pytest

from pytest_pulumi.mocks import PulumiMocks


@pytest.fixture
def pulumi_mocks() -> PulumiMocks:
    """Runs a program function against mocks: `run = pulumi_mocks(program, preview=False, answers={})`."""
    return PulumiMocks()
