"""What each room has of a target: rooms that import nothing of each other need a line each.

`stacks.settings.targets.TARGETS` is the table that a target begins in; whatever it lacks elsewhere is a sentence here.
"""

import inspect
from collections.abc import Iterator
from importlib import import_module

from plugin.table import COMPONENTS
from slipway import outputs
from slipway.cli import targets as command
from slipway.project.uses import PLACES
from stacks.settings.targets import TARGETS, Target
from tests.harness.made_up_target import DeviceSettings, declare

_COMMAND = "src/slipway/cli/targets/__init__.py"


def missing(name: str, target: Target) -> Iterator[str]:
    """A sentence for each thing that a target still needs."""
    if name not in command.TARGETS:
        yield f"{name}: `slipway services` cannot reach its services: give {_COMMAND} a line, and a module"
    else:
        module = command.named(name)
        yield from (f"{name}: {module.__name__} {why}" for why in _lacking(module))
        yield from _of_component(name, getattr(module, "COMPONENT", ""), target)
    if name not in PLACES:
        yield (
            f"{name}: images that it runs could be deleted as unused: give PLACES in src/slipway/project/uses.py a "
            "function that finds its services"
        )
    if not issubclass(outputs.SERVICES.get(name, outputs.ServiceOutput), outputs.ServiceOutput):
        yield f"{name}: what SERVICES in src/slipway/outputs.py has of it must extend ServiceOutput"


def _lacking(module: object) -> Iterator[str]:
    wanted = {
        name: inspect.signature(each)
        for name, each in vars(command.Target).items()
        if inspect.isfunction(each) and not name.startswith("_")
    }
    if not hasattr(module, "COMPONENT"):
        yield f"has no COMPONENT: see Target in {_COMMAND}"
    for name, signature in wanted.items():
        _, *parameters = signature.parameters
        found = getattr(module, name, None)
        if found is None:
            yield f"has no {name}(): see Target in {_COMMAND}"
        elif list(inspect.signature(found).parameters) != parameters:
            yield f"has a {name}() that does not take {', '.join(parameters)}"


def _of_component(name: str, token: str, target: Target) -> Iterator[str]:
    if token not in COMPONENTS:
        yield f"{name}: programs in other languages cannot use {token}: give plugin/table.py a line"
        return
    found = COMPONENTS[token]
    if token != import_module(found.module).TYPE:
        yield f"{name}: {found.module} is not {token}, which the command looks for"
    if not issubclass(found.args(), target.settings.options):
        yield f"{name}: {found.name}Args must extend {target.settings.options.__name__}"


def test_every_room_knows_every_target():
    assert [why for name, target in TARGETS.items() for why in missing(name, target)] == []


def test_no_room_knows_more():
    known = {*command.TARGETS, *outputs.SERVICES, *PLACES} - {"stacks"}
    assert known - TARGETS.keys() == set()


def test_a_settings_file_alone_is_told_what_is_missing():
    assert list(missing("device", Target(DeviceSettings, declare))) == [
        "device: `slipway services` cannot reach its services: give src/slipway/cli/targets/__init__.py a line, and "
        "a module",
        "device: images that it runs could be deleted as unused: give PLACES in src/slipway/project/uses.py a "
        "function that finds its services",
    ]


def test_so_is_a_module_that_has_not_all_functions(device_target):
    found = list(missing("device", TARGETS["device"]))
    module = "tests.harness.made_up_target"
    assert f"device: {module} has no logs(): see Target in {_COMMAND}" in found
    assert not [why for why in found if "states()" in why]
    assert (
        "device: programs in other languages cannot use slipway:index:DeviceService: give plugin/table.py a line"
        in found
    )
