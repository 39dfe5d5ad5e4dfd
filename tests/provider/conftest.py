"""The provider's own process, on a registry that really keeps what it is sent."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest

from tests.harness.provider_process import ProviderProcess
from tests.harness.provider_process import provider_process as started
from tests.harness.pushed_images import microsofts_client, push_image  # noqa: F401 - fixtures


@pytest.fixture(scope="session")
def provider_process(oci_door) -> Iterator[ProviderProcess]:
    """One for all tests that do not harm it."""
    with started(oci_door.environment) as process:
        yield process


@pytest.fixture
def start_provider(oci_door) -> Callable[[], AbstractContextManager[ProviderProcess]]:
    """Starts one that the test may cancel."""
    return partial(started, oci_door.environment)
