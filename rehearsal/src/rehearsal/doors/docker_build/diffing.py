"""What changes an Image: arguments, and the content of its context. Everything is an update, nothing replaces."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from rehearsal.doors.docker_build.context_hash import context_hash
from rehearsal.doors.pulumi_provider.values import (
    has_unknown,
    is_unknown,
    known_list,
    known_object,
)

_COMPARED = tuple(
    [
        "addHosts",
        "buildArgs",
        "buildOnPreview",
        "builder",
        "cacheFrom",
        "cacheTo",
        "exports",
        "labels",
        "load",
        "network",
        "noCache",
        "platforms",
        "pull",
        "push",
        "ssh",
        "tags",
        "target",
    ]
)
_EMPTY: tuple[Any, ...] = (None, [], {}, False, "")


def respond(olds: Mapping[str, Any], news: Mapping[str, Any]) -> provider_pb2.DiffResponse:
    """The answer to Diff: `olds` is the state, `news` the arguments."""
    response = provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_NONE, hasDetailedDiff=True
    )
    for path in _changed(olds, news):
        response.changes = provider_pb2.DiffResponse.DIFF_SOME
        response.diffs.append(path.split(".")[0].split("[")[0])
        response.detailedDiff[path].kind = provider_pb2.PropertyDiff.UPDATE
    return response


def with_defaults(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the Dockerfile's place filled in, as they are kept in the state."""
    context = inputs.get("context")
    if inputs.get("dockerfile") or has_unknown(context):
        return dict(inputs)
    folder = known_object(context).get("location") or "."
    return {**inputs, "dockerfile": {"location": posixpath.join(folder, "Dockerfile")}}


def _changed(olds: Mapping[str, Any], news: Mapping[str, Any]) -> Iterator[str]:
    for name in _COMPARED:
        if _set(olds.get(name)) != _set(news.get(name)):
            yield name
    if _location(olds.get("context")) != _location(news.get("context")):
        yield "context.location"
    filled = with_defaults(news)
    if _set(olds.get("dockerfile")) != _set(filled.get("dockerfile")):
        yield "dockerfile"
    if _secrets(olds, news) != _secrets(news, olds):
        yield "secrets"
    yield from _registries(olds, news)
    rebuilt = news.get("pull") and (news.get("push") or news.get("load"))
    unknown = has_unknown([filled.get("context"), filled.get("dockerfile")])
    if rebuilt or unknown or context_hash(filled) != olds.get("contextHash"):
        yield "contextHash"


def _location(context: Any) -> Any:
    """The context's folder; an unknown one is none that was."""
    return context if is_unknown(context) else known_object(context).get("location")


def _set(value: Any) -> Any:
    """Absent and empty are the same."""
    return None if value in _EMPTY else value


def _secrets(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Secrets less those that both sides have and the new arguments tell to overlook."""
    overlooked = {
        name
        for side in (ours, theirs)
        for name in known_list(side.get("ignoreSecretsInDiffCalculation"))
    }
    mine, others = ours.get("secrets"), theirs.get("secrets")
    if is_unknown(mine):
        return {"": mine}
    return {
        name: value
        for name, value in known_object(mine).items()
        if not (name in overlooked and name in known_object(others))
    }


def _registries(olds: Mapping[str, Any], news: Mapping[str, Any]) -> Iterator[str]:
    """Who logs in where; a new password is no change."""
    old, new = known_list(olds.get("registries")), known_list(news.get("registries"))
    if len(old) != len(new) or is_unknown(news.get("registries")):
        yield "registries"
        return
    for index, (before, after) in enumerate(zip(old, new, strict=True)):
        if _login(before) != _login(after):
            yield f"registries[{index}]"
            return


def _login(registry: Any) -> Any:
    given = known_object(registry)
    return registry if is_unknown(registry) else (given.get("address"), given.get("username"))
