"""A target that there is not: what is added for one, in one file, with fields of its own and no address.

Its services are on devices, as those of IoT Edge will be. The command's module is this one as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import pulumi
import pytest
from pydantic import Field

from components.service_args import ServiceArgs
from components.service_options import ServiceOptions, as_in_python
from slipway import outputs
from slipway.cli import targets as command
from slipway.rules.pattern import Pattern
from stacks.settings.derived import made_of
from stacks.settings.service import ServiceSettings, wired
from stacks.settings.stack import Settings
from stacks.settings.targets import TARGETS, Target

TARGET = "device"
TYPE = COMPONENT = "slipway:index:DeviceService"
DEVICE = Pattern(r"[a-z][a-z0-9-]*", "the id of a device such as door-1")


@dataclass(frozen=True, kw_only=True)
class DeviceOptions(ServiceOptions):
    """A service on a device."""

    device: Annotated[str, DEVICE]
    """Where it runs."""
    gpu: bool = False
    """Give it the device's GPU."""

    def conflicts(self, spelling=as_in_python):
        """As for every service; and doors have no GPU."""
        found = super().conflicts(spelling)
        if self.gpu and self.device.startswith("door"):
            found["gpu"] = f"must not be given where {spelling('device')} is a door"
        return found


@dataclass(frozen=True, kw_only=True)
class DeviceServiceArgs(DeviceOptions, ServiceArgs):
    """What a `DeviceService` is built from."""


class DeviceService(pulumi.ComponentResource):
    """A service on a device."""

    service_name: pulumi.Output[str]
    """Name of the module."""

    def __init__(self, name, args, opts=None):
        super().__init__(TYPE, name, None, opts)
        self.service_name = pulumi.Output.from_input(args.service_name)
        self.register_outputs({"service_name": self.service_name})


@made_of(DeviceOptions)
class DeviceSettings(ServiceSettings):
    """A service on a device."""

    options: ClassVar[type[DeviceOptions]] = DeviceOptions

    target: Literal["device"] = Field(description="Where the service runs.")


class DeviceServiceOutput(outputs.ServiceOutput, frozen=True, kw_only=True, rename="camel"):
    """A service on a device."""

    device_id: str


def declare(name, settings, wiring, around):
    """The settings file's function."""
    service = DeviceService(
        name, DeviceServiceArgs(**settings.arguments(), **wired(DeviceServiceArgs, wiring))
    )
    return {"name": service.service_name, "device_id": settings.device}


def states(services):
    """The command's function."""
    return [{"state": f"Running on {service.device_id}"} for service in services]


def errors():
    """The command's function."""
    return ()


@pytest.fixture
def device_target() -> Iterator[pytest.MonkeyPatch]:
    """The target in all tables that a deployment and `slipway services list` look into."""
    with pytest.MonkeyPatch.context() as tables:
        tables.setitem(TARGETS, TARGET, Target(DeviceSettings, declare))
        tables.setitem(outputs.SERVICES, TARGET, DeviceServiceOutput)
        tables.setitem(command.TARGETS, TARGET, __name__)
        Settings.model_rebuild(force=True)
        yield tables
    Settings.model_rebuild(force=True)
