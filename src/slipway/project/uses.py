"""Who uses a version of a model or an image, or a registry: what is asked before any of them is deleted.

A place that can be searched is one function in `PLACES`: each target has one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from slipway.cloud.errors import CloudError
from slipway.project.errors import CommandError
from slipway.project.stack import Stack

# Each is a `pulumi` of its own, which takes a core for a moment.
_AT_ONCE = 4
_SHOWN = 5
_GUARD = "slipway:index:WorkspaceGuard"

Resource = Mapping[str, Any]


class Wanted(Protocol):
    """What is looked for."""

    def is_named_by(self, text: str) -> bool:
        """Whether a reference, such as a container's image, names it."""

    def is_known_to(self, resource: Resource) -> bool:
        """Whether a resource in a stack's state has to do with it."""

    def is_made_with(self, resource: Resource) -> bool:
        """Whether the stack that has the resource is the one that makes it, and so no user."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of a model or an image."""

    id: str
    """`diabetes-image:7`."""
    login_server: str
    digest: str

    def is_named_by(self, text: str) -> bool:
        """The same digest in another registry is a copy, not this one."""
        return text.startswith(f"{self.login_server}/") and text.endswith(f"@{self.digest}")

    def is_known_to(self, resource: Resource) -> bool:
        """Not by what the stack exports: those are the same again."""
        if resource["type"].startswith("pulumi:"):
            return False
        outputs: Mapping[str, Any] = resource.get("outputs") or {}
        apart = (outputs.get("loginServer"), outputs.get("digest"))
        return apart == (self.login_server, self.digest) or _any(resource, self.is_named_by)

    def is_made_with(self, _resource: Resource) -> bool:
        """Who registers or builds it uses it."""
        return False


@dataclass(frozen=True)
class Registry:
    """A registry with all that is in it."""

    login_server: str

    def is_named_by(self, text: str) -> bool:
        """Itself, or anything in it."""
        return text == self.login_server or text.startswith(f"{self.login_server}/")

    def is_known_to(self, resource: Resource) -> bool:
        """A stack that only uses a workspace exports it, whatever else it has."""
        return _any(resource, self.is_named_by)

    def is_made_with(self, resource: Resource) -> bool:
        """Whether the resource guards it: a stack that was renamed has another name than the guard was given."""
        outputs: Mapping[str, Any] = resource.get("outputs") or {}
        return resource["type"] == _GUARD and str(outputs.get("loginServer")) == self.login_server


@dataclass(frozen=True)
class Place:
    """One place as it was found."""

    title: str
    users: Sequence[str] = ()
    unsearched: str = ""
    """Why it could not be searched."""


@dataclass(frozen=True)
class Uses:
    """All places."""

    places: Sequence[Place]

    @property
    def users(self) -> Sequence[str]:
        """Who was found."""
        return [user for place in self.places for user in place.users]

    @property
    def unsearched(self) -> Sequence[Place]:
        """Where somebody could still be."""
        return [place for place in self.places if place.unsearched]

    def told(self) -> Iterator[str]:
        """A line for each user, for what was searched, and for each place that was not."""
        yield from (f"  used by {user}" for user in self.users)
        if searched := [place.title for place in self.places if not place.unsearched]:
            yield f"  searched: {', '.join(searched)}"
        for place in self.unsearched:
            yield f"  not searched: {place.title} ({place.unsearched})"


def uses_of(wanted: Wanted, *, but: str | None = None) -> Uses:
    """Who uses it, the stack of that name left out."""
    return Uses([place for search in PLACES.values() for place in search(wanted, but)])


def require_unused(version: Version, *, force: bool) -> None:
    """Raises CommandError naming the users, what was searched, and what could not be.

    Where nothing was found, but something could not be searched, `force` is enough.
    """
    found = uses_of(version)
    if not found.users and (force or not found.unsearched):
        return
    first = f"{version.id} is in use" if found.users else f"{version.id} may be in use"
    way = "  --force deletes it all the same; never what is known to be used"
    ways = [] if found.users else [way]
    raise CommandError("\n".join([f"{first}: nothing was deleted.", *found.told(), *ways]))


def of_stacks(wanted: Wanted, but: str | None) -> Iterator[Place]:
    """What the stacks of the project in this folder have, in the back end that this process is led to."""
    title = "the stacks of this folder's project"
    if not any(Path(name).is_file() for name in ("Pulumi.yaml", "Pulumi.yml")):
        yield Place(title, unsearched="there is no Pulumi.yaml here")
        return
    try:
        stacks = [stack for stack in Stack(None).of_project() if stack.short != but]
    except CommandError as error:
        yield Place(title, unsearched=str(error))
        return
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        yield from threads.map(lambda stack: _of_stack(stack, wanted), stacks)


def of_container_groups(wanted: Wanted, _but: str | None) -> Iterator[Place]:
    """The container groups of the subscription, whoever made them."""
    from slipway.cloud.container_instances import images_of_groups

    title = "the container groups of the subscription"
    try:
        groups = images_of_groups()
    except CloudError as error:
        yield Place(title, unsearched=str(error))
        return
    users = [
        f"the container group {identifier}"
        for identifier, images in groups.items()
        if any(wanted.is_named_by(image) for image in images)
    ]
    yield Place(title, users)


def of_clusters(wanted: Wanted, _but: str | None) -> Iterator[Place]:
    """The pods of the subscription's clusters, whoever made them."""
    from slipway.cloud.clusters import clusters, images_in

    try:
        found = clusters()
    except CloudError as error:
        yield Place("the clusters of the subscription", unsearched=str(error))
        return
    for cluster in found:
        title = f"the cluster {cluster}"
        try:
            pods = images_in(cluster)
        except CloudError as error:
            yield Place(title, unsearched=str(error))
            continue
        users = [
            f"the pod {pod} of {title}"
            for pod, images in pods.items()
            if any(map(wanted.is_named_by, images))
        ]
        yield Place(title, users)


PLACES: Mapping[str, Callable[[Wanted, str | None], Iterator[Place]]] = {
    "stacks": of_stacks,
    "aci": of_container_groups,
}
"""The stacks of the project; and by its target what runs there, regardless of who created it."""


def _of_stack(stack: Stack, wanted: Wanted) -> Place:
    title = f"the stack {stack.shown}"
    try:
        resources = (stack.export().get("deployment") or {}).get("resources") or []
    except CommandError as error:
        return Place(title, unsearched=str(error))
    if any(map(wanted.is_made_with, resources)):
        return Place(title)
    using = [_shown(one) for one in resources if wanted.is_known_to(one)]
    more = [f"{len(using) - _SHOWN} more"] if len(using) > _SHOWN else []
    return Place(title, [f"{title} ({', '.join(using[:_SHOWN] + more)})"] if using else [])


def _shown(resource: Resource) -> str:
    name = str(resource["urn"]).rpartition("::")[2]
    return f"{resource['type'].rpartition(':')[2]} {name}"


def _any(resource: Resource, matches: Callable[[str], bool]) -> bool:
    return any(matches(text) for text in _texts([resource.get("inputs"), resource.get("outputs")]))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
