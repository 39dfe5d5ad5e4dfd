"""Who uses a version of a model or an image: what `slipway images delete` and `models delete` ask first.

A place that can be searched is one function in `PLACES`: clusters and hubs come here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slipway.cli.components import Resource, name_of
from slipway.cli.errors import CommandError
from slipway.cli.stacks import Stack
from slipway.cloud.errors import CloudError

# Each is a `pulumi` of its own, which takes a core for a moment.
_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class Version:
    """What is looked for."""

    id: str
    """`diabetes-image:7`."""
    login_server: str
    digest: str


@dataclass(frozen=True)
class Place:
    """One place as it was found."""

    title: str
    users: Sequence[str] = ()
    unsearched: str = ""
    """Why it could not be searched."""


def require_unused(version: Version, *, force: bool) -> None:
    """Raises CommandError naming the users, what was searched, and what could not be.

    Where nothing was found, but something could not be searched, `force` is enough.
    """
    places = [place for search in PLACES for place in search(version)]
    users = [user for place in places for user in place.users]
    unsearched = [place for place in places if place.unsearched]
    if not users and (force or not unsearched):
        return
    first = f"{version.id} is in use" if users else f"{version.id} may be in use"
    raise CommandError("\n".join([f"{first}: nothing was deleted.", *_told(places, users)]))


def of_stacks(version: Version) -> Iterator[Place]:
    """What the stacks of the project in this folder have, in the back end that this shell leads to."""
    title = "the stacks of this folder's project"
    if not any(Path(name).is_file() for name in ("Pulumi.yaml", "Pulumi.yml")):
        yield Place(title, unsearched="there is no Pulumi.yaml here")
        return
    try:
        stacks = Stack(None).of_project()
    except CommandError as error:
        yield Place(title, unsearched=str(error))
        return
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        yield from threads.map(lambda stack: _of_stack(stack, version), stacks)


def of_container_groups(version: Version) -> Iterator[Place]:
    """The container groups of the subscription, whoever made them."""
    from slipway.cloud.container_groups import images_of_groups

    title = "the container groups of the subscription"
    try:
        groups = images_of_groups()
    except CloudError as error:
        yield Place(title, unsearched=str(error))
        return
    users = [
        f"the container group {identifier}"
        for identifier, images in groups.items()
        if any(_names(image, version) for image in images)
    ]
    yield Place(title, users)


PLACES: tuple[Callable[[Version], Iterator[Place]], ...] = (of_stacks, of_container_groups)


def _of_stack(stack: Stack, version: Version) -> Place:
    title = f"the stack {stack.shown}"
    try:
        resources = (stack.export().get("deployment") or {}).get("resources") or []
    except CommandError as error:
        return Place(title, unsearched=str(error))
    using = [
        f"{one['type'].rpartition(':')[2]} {name_of(one)}"
        for one in resources
        if not one["type"].startswith("pulumi:") and _has(one, version)
    ]
    return Place(title, [f"{title} ({', '.join(using)})"] if using else [])


def _has(resource: Resource, version: Version) -> bool:
    outputs: Mapping[str, Any] = resource.get("outputs") or {}
    apart = (outputs.get("loginServer"), outputs.get("digest"))
    if apart == (version.login_server, version.digest):
        return True
    return any(_names(text, version) for text in _texts([resource.get("inputs"), outputs]))


def _names(text: str, version: Version) -> bool:
    """Whether a reference names it: the same digest in another registry is a copy, not this one."""
    return text.startswith(f"{version.login_server}/") and text.endswith(f"@{version.digest}")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _told(places: Sequence[Place], users: Sequence[str]) -> Iterator[str]:
    yield from (f"  used by {user}" for user in users)
    if searched := [place.title for place in places if not place.unsearched]:
        yield f"  searched: {', '.join(searched)}"
    for place in places:
        if place.unsearched:
            yield f"  not searched: {place.title} ({place.unsearched})"
    if not users:
        yield "  --force deletes it all the same; never what is known to be used"
