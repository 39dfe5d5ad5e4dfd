"""What runs where: the services of one stack, or of all stacks of a project, with their state."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec.structs

from slipway.cli import targets
from slipway.cli.deployed import Deployed
from slipway.cli.errors import CommandError, sentences
from slipway.cli.stacks import Stack
from slipway.outputs import ServiceOutput

# Each is a `pulumi` of its own, which takes a core for a moment.
_AT_ONCE = 4


@dataclass(frozen=True)
class Listed:
    """A service and where it is from."""

    stack: str
    name: str
    service: ServiceOutput
    deployed: Deployed


def deployed(stack: Stack, *, all_stacks: bool) -> tuple[list[Listed], list[str]]:
    """The services, and a sentence for each stack of the project that could not be read.

    Raises CommandError where the one stack that was asked for cannot.
    """
    if not all_stacks:
        return list(_of(stack, Deployed(stack))), []
    stacks = stack.of_project()
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        answers = list(threads.map(_read, stacks))
    found = [
        one
        for each, answer in zip(stacks, answers, strict=True)
        if isinstance(answer, Deployed)
        for one in _of(each, answer)
    ]
    unread = [
        f"{each.shown} is not listed: {answer}"
        for each, answer in zip(stacks, answers, strict=True)
        if isinstance(answer, CommandError)
    ]
    return found, unread


def rows(found: Sequence[Listed]) -> list[dict[str, Any]]:
    """A row for each, by stack and name, with what its target says of it."""
    by_target = sorted(found, key=lambda one: one.service.target)
    described = [
        _row(one, state, found)
        for _, group in groupby(by_target, key=lambda one: one.service.target)
        for one, state in _with_states(list(group))
    ]
    return sorted(described, key=lambda row: (row["stack"], row["target"], row["name"]))


def _read(stack: Stack) -> Deployed | CommandError:
    try:
        return Deployed(stack)
    except CommandError as error:
        return error


def _of(stack: Stack, read: Deployed) -> Iterator[Listed]:
    for name, service in read.services.items():
        yield Listed(stack.shown, name, service, read)


def _with_states(group: list[Listed]) -> Iterator[tuple[Listed, Mapping[str, Any]]]:
    try:
        target = targets.of(group[0].service)
    except CommandError as error:  # of a later release: no reason not to list the others
        unknown = {"state": "unknown", "problem": str(error)}
        return ((one, unknown) for one in group)
    with sentences(*target.errors()):
        states = target.states([one.service for one in group])
    return zip(group, states, strict=True)


def _row(one: Listed, state: Mapping[str, Any], found: Sequence[Listed]) -> dict[str, Any]:
    service = one.service
    return {
        "stack": one.stack,
        "name": one.name,
        "target": service.target,
        "image": service.image,
        "models": _models(one, found),
        "scoring_uri": service.scoring_uri,
        **_own(service),
        **state,
    }


def _own(service: ServiceOutput) -> dict[str, Any]:
    """What its target adds to what every service exports."""
    return {
        name: value
        for name, value in msgspec.structs.asdict(service).items()
        if name not in ServiceOutput.__struct_fields__
    }


def _models(one: Listed, found: Sequence[Listed]) -> list[str]:
    """As its stack knows them, else the stack that built the image, else the registry."""
    for each in (one, *found):
        if models := each.deployed.models(one.service):
            return models
    return _in_the_registry(one.service)


def _in_the_registry(service: ServiceOutput) -> list[str]:
    from slipway.cli.registries import registry_errors, split_id
    from slipway.registry.client import shared_client

    server, _, rest = service.image_ref.partition("/")
    if not rest:
        return []
    try:
        return list(shared_client(server).images.get(*split_id(service.image)).models)
    except registry_errors():  # a column of a table is not worth failing over
        return []
