"""Fixtures that other suites have as well."""

from tests.harness.made_up_target import device_target  # noqa: F401 - a fixture
