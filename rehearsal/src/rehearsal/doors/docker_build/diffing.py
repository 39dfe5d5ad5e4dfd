"""What changes an Image: arguments, and the content of its context. Everything is an update, nothing replaces."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from rehearsal.doors.docker_build.context_hash import context_hash
from rehearsal.doors.pulumi_provider.values import has_unknown

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
    dockerfile = dict(inputs.get("dockerfile") or {})
    context = inputs.get("context") or {}
    if not dockerfile and not has_unknown(context):
        dockerfile = {"location": posixpath.join(context.get("location") or ".", "Dockerfile")}
    return {**inputs, **({"dockerfile": dockerfile} if dockerfile else {})}


def _changed(olds: Mapping[str, Any], news: Mapping[str, Any]) -> Iterator[str]:
    for name in _COMPARED:
        if _set(olds.get(name)) != _set(news.get(name)):
            yield name
    old_context, new_context = olds.get("context") or {}, news.get("context") or {}
    if old_context.get("location") != new_context.get("location"):
        yield "context.location"
    filled = with_defaults(news)
    if _set(olds.get("dockerfile")) != _set(filled.get("dockerfile")):
        yield "dockerfile"
    if _secrets(olds, news) != _secrets(news, olds):
        yield "secrets"
    yield from _registries(olds, news)
    rebuilt = news.get("pull") and (news.get("push") or news.get("load"))
    if rebuilt or has_unknown(new_context) or context_hash(filled) != olds.get("contextHash"):
        yield "contextHash"


def _set(value: Any) -> Any:
    """Absent and empty are the same."""
    return None if value in _EMPTY else value


def _secrets(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Secrets less those that both sides have and the new arguments tell to overlook."""
    overlooked = {*(ours.get("ignoreSecretsInDiffCalculation") or [])} | {
        *(theirs.get("ignoreSecretsInDiffCalculation") or [])
    }
    mine, others = ours.get("secrets") or {}, theirs.get("secrets") or {}
    return {k: v for k, v in mine.items() if not (k in overlooked and k in others)}


def _registries(olds: Mapping[str, Any], news: Mapping[str, Any]) -> Iterator[str]:
    """Who logs in where; a new password is no change."""
    old, new = olds.get("registries") or [], news.get("registries") or []
    if len(old) != len(new):
        yield "registries"
        return
    for index, (before, after) in enumerate(zip(old, new, strict=True)):
        if any(before.get(key) != after.get(key) for key in ("address", "username")):
            yield f"registries[{index}]"
            return
