"""`slipway recover STACK`: after an interrupted update, bring the state back to what exists.

azure-native refuses to create what already exists (pulumi-azure-native#1123), and an interrupted
update leaves a lock and pending creates. This cancels, asks Azure about every pending create,
imports those that exist by their known id, clears the others, and refreshes the rest; the next
`pulumi up` then converges.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import CommandError, fail, sentences
from cli.pulumi import Stack
from cli.update_lock import refuse_while_running


@dataclass(frozen=True)
class PendingCreate:
    """A resource whose creation was started and never recorded as finished."""

    urn: str
    type: str
    inputs: dict[str, Any]


def recover(
    stack: Annotated[str, typer.Argument(help="The stack whose update was interrupted.")],
    cwd: Annotated[Path, typer.Option(help="The project's folder.")] = Path(),
) -> None:
    """Make an interrupted stack ready for the next `pulumi up`."""
    with sentences():
        target = Stack(stack, cwd.resolve())
        refuse_while_running(target)
        _cancel(target)
        pending = pending_creates(target.export())
        _refresh(target, _existing(pending), pending)
    typer.echo(f"{stack} is ready: run `pulumi up --stack {stack}`.")


def pending_creates(state: dict[str, Any]) -> list[PendingCreate]:
    """The creates that the state does not know the end of."""
    operations = state.get("deployment", {}).get("pending_operations") or []
    return [
        PendingCreate(
            operation["resource"]["urn"],
            operation["resource"]["type"],
            operation["resource"].get("inputs") or {},
        )
        for operation in operations
        if operation["type"] == "creating"
    ]


def _cancel(stack: Stack) -> None:
    if stack.run(["cancel", "--yes"]):
        raise CommandError(f"pulumi cancel of {stack.shown} failed; its words are above")


def _existing(pending: list[PendingCreate]) -> dict[str, str]:
    """URN -> ARM id of the pending creates that Azure does have."""
    azure = [create for create in pending if create.type.startswith("azure-native:")]
    if not azure:
        return {}
    from cloud.arm import ArmReader  # the Azure libraries load only when there is something to ask

    reader = ArmReader()
    return {
        create.urn: found
        for create in azure
        if (found := reader.find(create.type, create.inputs)) is not None
    }


def _refresh(stack: Stack, existing: dict[str, str], pending: list[PendingCreate]) -> None:
    for create in pending:
        name = create.urn.rsplit("::", 1)[-1]
        fate = (
            f"exists, importing {existing[create.urn]}"
            if create.urn in existing
            else "does not exist, clearing"
        )
        typer.echo(f"pending create of {create.type} {name}: {fate}")
    # The flag takes a list in which every second value is the id of the URN before it.
    imports = [f"--import-pending-creates={part}" for pair in existing.items() for part in pair]
    code = stack.run(["refresh", "--yes", "--skip-preview", *imports, "--clear-pending-creates"])
    if code:
        fail(
            f"the refresh of {stack.shown} failed with exit code {code}; its words are above. "
            "Nothing was lost: mend what it names and run `slipway recover` again"
        )
