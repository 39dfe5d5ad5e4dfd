"""Which versions of models and images a workspace's registry holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from slipway.resources.asking import ask

TOKEN = "slipway:index:getVersions"  # noqa: S105 - a function's name


@dataclass(frozen=True, kw_only=True)
class GetVersionsArgs:
    """Which registry, and what is looked for in it."""

    resource_group: pulumi.Input[str]
    """Name of the workspace's resource group."""
    name: pulumi.Input[str]
    """Base name of the workspace: first part of the names of all that is in it."""
    subscription_id: pulumi.Input[str] | None = None
    """Subscription of the resource group; the caller's own where it is not given."""
    models: pulumi.Input[Sequence[pulumi.Input[str]]]
    """Names of models."""
    images: pulumi.Input[Sequence[pulumi.Input[str]]]
    """Names of images."""


@dataclass(frozen=True, kw_only=True)
class FoundVersions:
    """The versions of each, sorted; none where the registry has none, or does not exist yet. Where a name has none,
    those of all other names are there too, as far as the caller may list them: the nearest was probably meant."""

    registry: pulumi.Output[str]
    """Host of the registry; empty where it does not exist yet."""
    models: pulumi.Output[Mapping[str, Sequence[int]]]
    """Name of a model -> its versions."""
    images: pulumi.Output[Mapping[str, Sequence[int]]]
    """Name of an image -> its versions."""


def get_versions_output(
    args: GetVersionsArgs, opts: pulumi.InvokeOptions | None = None
) -> FoundVersions:
    """Look versions up.

    Refuses, as a `pulumi.RunError` of one sentence, a registry that exists and does not answer.
    """
    found: pulumi.Output[Mapping[str, Any]] = pulumi.Output.from_input(ask(TOKEN, args, opts))
    return FoundVersions(
        registry=found.apply(lambda facts: str(facts["registry"])),
        models=found.apply(lambda facts: _whole(facts["models"])),
        images=found.apply(lambda facts: _whole(facts["images"])),
    )


def _whole(versions: Mapping[str, Sequence[float]]) -> Mapping[str, Sequence[int]]:
    """The wire knows doubles only."""
    return {name: list(map(int, numbers)) for name, numbers in versions.items()}
