"""`slipway recover STACK`: after an interrupted update, bring the state back to what exists.

azure-native refuses to create what already exists (pulumi-azure-native#1123), and an interrupted
update leaves a lock and pending creates. This cancels, asks Azure about every pending create,
records those that exist under their known id, drops the others, and refreshes; the next
`pulumi up` then converges.

`pulumi refresh --import-pending-creates` is not used: up to 3.259 it relabels the pending operation
as "importing" and the refresh then forgets it, so that the resource is lost to the state
(cmd/pulumi/operations/refresh.go; nothing reads the label).
"""

import copy
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from slipway.cli.errors import CommandError, sentences
from slipway.cli.stacks import Stack
from slipway.cli.state_order import ordered
from slipway.cli.update_lock import refuse_while_running
from slipway.cloud.arm_ids import TYPES

State = dict[str, Any]


@dataclass(frozen=True)
class PendingCreate:
    """A resource whose creation was started and never recorded as finished."""

    urn: str
    type: str
    inputs: dict[str, Any]

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]

    @property
    def in_azure(self) -> bool:
        """Whether ARM knows such resources. Numbers and images, in the registry, are found by content."""
        return self.type.startswith("azure-native:")


def recover(
    stack: Annotated[str, typer.Argument(help="The stack whose update was interrupted.")],
    cwd: Annotated[Path, typer.Option(help="The project's folder.")] = Path(),
) -> None:
    """Make an interrupted stack ready for the next `pulumi up`."""
    from slipway.cloud.errors import CloudError

    with sentences(CloudError):
        target = Stack(stack, cwd.resolve())
        refuse_while_running(target)
        _must(target, "cancel", "--yes")
        state = target.export()
        _await_deletions(state)
        if pending := pending_creates(state):
            existing = _ask_azure(pending)
            _tell(pending, existing)
            _import(target, settled(state, existing))
        _must(target, "refresh", "--yes", "--skip-preview")
    typer.echo(f"{stack} is ready: run `pulumi up --stack {stack}`.")


def pending_creates(state: State) -> list[PendingCreate]:
    """The creates that the state does not know the end of."""
    return [
        PendingCreate(resource["urn"], resource["type"], resource.get("inputs") or {})
        for resource in map(lambda operation: operation["resource"], _creating(state))
    ]


def settled(state: State, existing: dict[str, str]) -> State:
    """The state without pending operations; `existing` (URN -> id) stand in it as resources.

    Their outputs are their inputs until the refresh reads the rest. A half-done replacement's old
    entry (`pendingReplacement`) makes way: its resource was deleted before the create began.
    """
    mended = copy.deepcopy(state)
    deployment = mended["deployment"]
    found = [
        {**operation["resource"], "id": existing[urn], "outputs": operation["resource"]["inputs"]}
        for operation in _creating(mended)
        if (urn := operation["resource"]["urn"]) in existing
    ]
    kept = [
        resource
        for resource in deployment.get("resources") or []
        if not (resource["urn"] in existing and resource.get("pendingReplacement"))
    ]
    # What was being replaced has dependents in the state: it cannot simply stand at the end.
    deployment["resources"] = ordered(kept + found)
    deployment["pending_operations"] = []
    return mended


def pending_deletions(state: State) -> list[tuple[str, str]]:
    """Type and ARM id of what was being deleted. What was being replaced counts too."""
    operations = state.get("deployment", {}).get("pending_operations") or []
    deleting = [each["resource"] for each in operations if each["type"] == "deleting"]
    return [(each["type"], each["id"]) for each in deleting if each["type"] in TYPES]


def _await_deletions(state: State) -> None:
    """Azure goes on deleting without us; a refresh in the meantime would keep what is about to go."""
    if not (deleting := pending_deletions(state)):
        return
    from slipway.cloud.arm import ArmReader

    reader = ArmReader()
    for type_token, identifier in deleting:
        reader.await_end_of_deletion(type_token, identifier)


def _creating(state: State) -> list[dict[str, Any]]:
    operations = state.get("deployment", {}).get("pending_operations") or []
    return [operation for operation in operations if operation["type"] == "creating"]


def _ask_azure(pending: list[PendingCreate]) -> dict[str, str]:
    """URN -> ARM id of the pending creates that Azure does have."""
    azure = [create for create in pending if create.in_azure]
    if not azure:
        return {}
    from slipway.cloud.arm import (
        ArmReader,
    )  # the Azure libraries load only when there is something to ask

    reader = ArmReader()
    found = {create.urn: reader.find(create.type, create.inputs) for create in azure}
    return {urn: identifier for urn, identifier in found.items() if identifier is not None}


def _tell(pending: list[PendingCreate], existing: dict[str, str]) -> None:
    for create in pending:
        typer.echo(f"{create.type} {create.name}: {_fate(create, existing.get(create.urn))}")


def _fate(create: PendingCreate, identifier: str | None) -> str:
    if identifier is not None:
        return f"exists, taken into the state as {identifier}"
    if create.in_azure:
        return "is not there, cleared"
    return "cleared; the next update does it again, and finds what was done already"


def _import(stack: Stack, state: State) -> None:
    """Hand the mended state to Pulumi, which checks its integrity; the file is the owner's only."""
    with tempfile.TemporaryDirectory(prefix="slipway-") as folder:
        file = Path(folder) / "state.json"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(state, out)
        _must(stack, "stack", "import", "--file", str(file))


def _must(stack: Stack, *arguments: str) -> None:
    if code := stack.run(arguments):
        raise CommandError(
            f"pulumi {' '.join(arguments[:2])} of {stack.shown} failed with exit code {code}; its "
            "words are above. Nothing was lost: mend what it names and run `slipway recover` again"
        )
