"""`slipway recover STACK`: after an interrupted update, bring the state back to what exists.

azure-native refuses to create what already exists (pulumi-azure-native#1123), and an interrupted
update leaves a lock and pending creates. This cancels, asks Azure about every pending create,
records those that exist under their known id, drops those that Azure does not have, and refreshes;
the next `pulumi up` then converges. A create that cannot be looked up stays pending: dropping it
could lose a resource that exists. A create that answered an error although Azure has the resource (a
504 after the fact) leaves nothing pending: it is found by what the program would create.

`pulumi refresh --import-pending-creates` is not used: up to 3.259 it relabels the pending operation
as "importing" and the refresh then forgets it, so that the resource is lost to the state
(cmd/pulumi/operations/refresh.go; nothing reads the label).
"""

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from slipway.cli import file_backend
from slipway.cli.errors import CommandError, sentences
from slipway.cli.stacks import CwdOption, Stack
from slipway.cli.state import (
    PendingCreate,
    Resource,
    State,
    pending_creates,
    pending_deletions,
    settle,
)
from slipway.cli.unrecorded import as_pending, with_creations, would_create
from slipway.cli.update_lock import refuse_while_running
from slipway.cloud.arm_ids import TYPES

_RESOURCE_GROUP = "azure-native:resources:ResourceGroup"


@dataclass
class Findings:
    """What became of pending creates, by URN."""

    existing: dict[str, str] = field(default_factory=dict)
    """URN -> ARM id."""
    unclear: dict[str, PendingCreate] = field(default_factory=dict)
    """Those that cannot be looked up."""

    def fate(self, create: PendingCreate) -> str:
        """One create's, for the user."""
        if (identifier := self.existing.get(create.urn)) is not None:
            return f"exists, taken into the state as {identifier}"
        if create.urn in self.unclear:
            return "cannot be looked up, stays pending"
        if create.is_repeatable:
            return "cleared; the next update does it again, and finds what was done already"
        return "is not there, cleared"


def recover(
    stack: Annotated[str, typer.Argument(help="The stack whose update was interrupted.")],
    cwd: CwdOption = Path(),
) -> None:
    """Make an interrupted stack ready for the next `pulumi up`."""
    from slipway.cloud.errors import CloudError

    with sentences(CloudError):
        target = Stack(stack, cwd.resolve())
        target.require_login()
        refuse_while_running(target)
        for file in file_backend.drop_unreadable_attributes(target):
            typer.echo(
                f"{file.name}: its attributes were cut off, removed; the file itself is whole"
            )
        _must(target, "cancel", "--yes")
        state = target.export()
        _await_deletions(state)
        findings = Findings()
        if pending := pending_creates(state):
            findings = look_up(pending)
            for create in pending:
                typer.echo(f"{create.shown}: {findings.fate(create)}")
            _import(target, settle(state, findings.existing, findings.unclear))
        _must(target, "refresh", "--yes", "--skip-preview")
        _require_clear(stack, findings)
        _adopt_unrecorded(target)
    typer.echo(f"{stack} is ready: run `pulumi up --stack {stack}`.")


def look_up(pending: list[PendingCreate]) -> Findings:
    """Ask Azure about every create that is not simply repeated."""
    findings = Findings()
    asked = [create for create in pending if not create.is_repeatable]
    if not asked:
        return findings
    # The Azure libraries load only when there is something to ask.
    from slipway.cloud.arm import ArmReader

    reader = ArmReader()
    for create in asked:
        identifier = reader.id_of(create.type, create.inputs)
        if identifier is None:
            findings.unclear[create.urn] = create
        elif reader.exists(create.type, identifier):
            findings.existing[create.urn] = identifier
    return findings


def _adopt_unrecorded(stack: Stack) -> None:
    """Take in what Azure has although its creation answered an error; what it holds shows only then."""
    taken: set[str] = set()
    while True:
        state = stack.export()
        if not state["deployment"].get("resources"):
            return  # nothing was ever created, or all was destroyed
        try:
            missing = would_create(stack, state)
        except CommandError as error:
            typer.echo(
                f"What an update would create was not compared with Azure: {error}", err=True
            )
            return
        existing = look_up([as_pending(one) for one in missing]).existing
        # What a refresh dropped again is not taken a second time.
        found = [one for one in missing if one["urn"] in existing.keys() - taken]
        if not found:
            return
        taken |= {one["urn"] for one in found}
        for one in found:
            _require_ours(one, existing[one["urn"]])
            shown = as_pending(one).shown
            typer.echo(
                f"{shown}: exists all the same, taken into the state as {existing[one['urn']]}"
            )
        _import(stack, settle(with_creations(state, found), existing))
        _must(stack, "refresh", "--yes", "--skip-preview")


def _require_ours(resource: Resource, identifier: str) -> None:
    """A resource group with something in it may be somebody else's: destroying the stack would take all of it."""
    if resource["type"] != _RESOURCE_GROUP:
        return
    from slipway.cloud.arm import ArmReader

    if contents := ArmReader().contents(identifier):
        raise CommandError(
            f"{identifier} exists and is not the stack's, and it is not empty ({', '.join(contents)}): give the "
            "workspace another name, or move what is in it"
        )


def _await_deletions(state: State) -> None:
    """Azure goes on deleting without us; a refresh in the meantime would keep what is about to go."""
    if not (deleting := pending_deletions(state, TYPES)):
        return
    from slipway.cloud.arm import ArmReader

    reader = ArmReader()
    for type_token, identifier in deleting:
        reader.await_end_of_deletion(type_token, identifier)


def _require_clear(stack: str, findings: Findings) -> None:
    if not findings.unclear:
        return
    names = ", ".join(create.shown for create in findings.unclear.values())
    raise CommandError(
        f"{stack} is not ready: whether Azure has {names} is not known here. Look for it in the portal: "
        "delete it there if it exists; then drop what is pending by "
        f"`pulumi refresh --clear-pending-creates --stack {stack}`, and run `pulumi up --stack {stack}`"
    )


def _import(stack: Stack, state: State) -> None:
    """Hand the settled state to Pulumi, which checks its integrity; the file is the owner's only."""
    with tempfile.TemporaryDirectory(prefix="slipway-") as folder:
        file = Path(folder) / "state.json"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(state, out)
        _must(stack, "stack", "import", "--file", str(file))


def _must(stack: Stack, *arguments: str) -> None:
    if code := stack.run(arguments):
        raise CommandError(
            f"pulumi {' '.join(arguments[:2])} of {stack.shown} failed with exit code {code}; its "
            "output is above. Nothing was lost: correct what it names and run `slipway recover` again"
        )
