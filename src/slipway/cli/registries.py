"""Which registry a command talks to, and the ids that name versions in it."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slipway.cli.errors import CommandError
from slipway.cli.stacks import Stack

if TYPE_CHECKING:
    from slipway.registry.client import RegistryClient

RegistryOption = Annotated[
    str | None,
    typer.Option(
        "--registry",
        envvar="SLIPWAY_REGISTRY",
        help="Login server, or name of a registry of the subscription; "
        "else the stack's, else the only one of the subscription.",
    ),
]


ForceOption = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Delete although not every place could be searched; what is known to be used is refused "
        "all the same.",
    ),
]


def client(registry: str | None, stack: str | None = None) -> "RegistryClient":
    """A client of the registry that is named, else of the stack's, else of the subscription's only one.

    Raises CommandError when none is named and none can be found.
    """
    from slipway.registry.client import RegistryClient

    if registry is not None:
        return RegistryClient(_login_server(registry))
    return RegistryClient(_of_stack(stack) or _of_subscription())


def registry_errors() -> tuple[type[Exception], ...]:
    """What commands turn into a sentence."""
    from slipway.cloud.errors import CloudError
    from slipway.registry.errors import RegistryError

    return (RegistryError, CloudError, OSError)


def number(version: str | None) -> int | None:
    """A version as the user writes it: a number, or `latest`, which is None."""
    if version in (None, "", "latest"):
        return None
    if not version.isdecimal() or int(version) == 0:
        raise CommandError(f"a version must be a number from 1, or 'latest', got {version!r}")
    return int(version)


def split_id(identifier: str) -> tuple[str, int | None]:
    """`diabetes:3` or `diabetes` as name and number."""
    name, _, version = identifier.partition(":")
    return name, number(version)


def numbered_id(identifier: str, purpose: str) -> tuple[str, int]:
    """`diabetes:3` as name and number, both there: what is deleted or copied is named exactly."""
    name, version = split_id(identifier)
    if version is None:
        raise CommandError(f"name the version to {purpose}, such as {name}:3, got {identifier!r}")
    return name, version


def _login_server(registry: str) -> str:
    """A host as it is; a registry's name as its login server."""
    if "." in registry or ":" in registry:
        return registry
    from slipway.cloud.registries import registries

    found = {name.lower(): server for name, server in registries().items()}
    if (server := found.get(registry.lower())) is not None:
        return server
    raise CommandError(
        f"no registry {registry!r} was found: {_subscription()} has {', '.join(found) or 'none'}; "
        "name one of these, or a login server such as acme.azurecr.io"
    )


def _of_stack(name: str | None) -> str | None:
    """The registry of the workspace that the stack makes or uses.

    A stack that is named must have one; the selected one only if there is one.
    """
    if name is not None:
        workspace = Stack(name).outputs().workspace
        if workspace is None:
            raise CommandError(
                f"the stack {name} exports no workspace: run `pulumi up --stack {name}` first"
            )
        return workspace.login_server
    if not Path("Pulumi.yaml").is_file() or shutil.which("pulumi") is None:
        return None
    try:
        selected = Stack(None).outputs().workspace
    except CommandError:  # no stack is selected, or it cannot be read: look elsewhere
        return None
    return selected.login_server if selected else None


def _of_subscription() -> str:
    from slipway.cloud.registries import registries

    found = registries()
    if len(found) == 1:
        return next(iter(found.values()))
    raise CommandError(
        "name the registry with --registry NAME or SLIPWAY_REGISTRY, or a stack with --stack: "
        f"{_subscription()} has {', '.join(found) or 'none'}"
    )


def _subscription() -> str:
    return os.environ.get("ARM_SUBSCRIPTION_ID", "the subscription")
