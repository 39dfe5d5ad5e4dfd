"""What the command knows of resources and components is what they are."""

import importlib
import pkgutil

import pulumi

from components import workspace
from slipway import resources
from slipway.cli import deployed
from slipway.cli.state import REPEATABLE

# Those that must not simply be created again after an interruption: `slipway recover` has to look for them.
TO_BE_LOOKED_UP: set[str] = set()


def own_resources():
    """Type tokens of the provider's resources."""
    for module in pkgutil.iter_modules(resources.__path__, "slipway.resources."):
        loaded = importlib.import_module(module.name)
        classes = [one for one in vars(loaded).values() if isinstance(one, type)]
        if any(
            issubclass(one, pulumi.CustomResource)
            for one in classes
            if one.__module__ == module.name
        ):
            yield loaded.TYPE


def test_every_resource_of_ours_is_repeatable_or_is_looked_up():
    ours = set(own_resources())
    assert "slipway:index:ModelVersion" in ours
    assert ours == {one for one in REPEATABLE if one.startswith("slipway:")} | TO_BE_LOOKED_UP


def test_the_command_knows_what_holds_the_resource_group():
    assert deployed._WORKSPACE == workspace.TYPE
