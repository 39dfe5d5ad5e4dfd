"""The workspace is either created or used, and a group for services goes with one that is used."""

from collections.abc import Iterator

from slipway.rules.arm_ids import last_segment
from stacks.settings.existing import Existing
from stacks.settings.given import Given
from stacks.settings.problems import Problems
from stacks.settings.stack import KEYS, Settings

_WORKSPACE, _GROUP = KEYS["workspace"], KEYS["resource_group"]


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them."""
    for where, why in settings.workspace.problems():
        yield f"{_WORKSPACE}.{where}", why
    used = settings.workspace.existing
    if used is not None and used.stack is not None and used.stack == given.stack:
        yield (
            f"{_WORKSPACE}.existing.stack",
            f"must be another stack than this one, got {used.stack!r}",
        )
    unclear = used is None and given.has(_WORKSPACE, "existing")
    if settings.resource_group is not None and not unclear:
        yield from _group(settings.resource_group, used)


def _group(name: str, used: Existing | None) -> Iterator[tuple[str, str]]:
    if used is None:
        yield (
            _GROUP,
            f"has no effect without {_WORKSPACE}.existing, got {name!r}: services are in the resource group "
            "of the workspace that this stack creates",
        )
    elif name.lower() == (used.resource_group or last_segment(used.id or "")).lower():
        yield (
            _GROUP,
            f"must not be the workspace's own resource group, got {name!r}: this stack creates its group, "
            "and destroys it",
        )
