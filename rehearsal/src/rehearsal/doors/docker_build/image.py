"""The Image resource: building, pushing, looking it up, deleting it."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rehearsal.builders.request import Builder, BuildError, BuildRequest
from rehearsal.distribution.client import RegistryHttp
from rehearsal.distribution.errors import DistributionError
from rehearsal.distribution.reference import Reference, parse
from rehearsal.doors.docker_build.context_hash import (
    context_folder,
    context_hash,
    dockerfile_text,
)
from rehearsal.doors.docker_build.credentials import Credentials
from rehearsal.doors.docker_build.diffing import with_defaults
from rehearsal.doors.pulumi_provider.values import UNKNOWN, has_unknown, is_unknown

_log = logging.getLogger(__name__)
Registries = Sequence[Mapping[str, Any]]


class Images:
    """What the resource does. Raises BuildError and DistributionError."""

    def __init__(self, builder: Builder, credentials: Credentials, ca_bundle: Path | None) -> None:
        self._builder = builder
        self._credentials = credentials
        self._ca_bundle = ca_bundle

    def preview(self, inputs: Mapping[str, Any], registries: Registries) -> dict[str, Any]:
        """What can be known before: the hash, and a tag instead of a digest. Builds when asked to."""
        state = with_defaults(inputs)
        tags = inputs.get("tags") or []
        state |= {"digest": UNKNOWN, "contextHash": UNKNOWN}
        state["ref"] = UNKNOWN if is_unknown(tags) else next(iter(tags), "")
        if has_unknown([state.get("context"), state.get("dockerfile")]):
            return state
        state["contextHash"] = context_hash(state)
        if inputs.get("buildOnPreview", True) and not has_unknown(inputs):
            self._builder.build(self._request(state, registries, push=False))
        return state

    def build(self, inputs: Mapping[str, Any], registries: Registries) -> dict[str, Any]:
        """Build, push when asked to, and return the outputs."""
        state = with_defaults(inputs)
        state["contextHash"] = context_hash(state)
        push = bool(inputs.get("push"))
        result = self._builder.build(self._request(state, registries, push=push))
        _log.info("built %s: %d bytes uploaded", result.digest, result.bytes_uploaded)
        tags = inputs.get("tags") or []
        state |= {"digest": result.digest if push else "", "ref": tags[0] if tags else ""}
        if push:
            state["ref"] = f"{_tagged(tags[0])}@{result.digest}"
        return state

    def exists(self, state: Mapping[str, Any], registries: Registries) -> bool:
        """Whether any pushed tag's manifest is still in its registry; what was not pushed always is."""
        digest = state.get("digest")
        if not state.get("push") or not digest:
            return True
        for tag in state.get("tags") or []:
            reference = _reference(tag)
            try:
                self._registry(reference, registries).get_manifest(reference.repository, digest)
            except DistributionError as error:
                # Only "not found" means gone: an expired password must not take an image out of the state.
                if error.status != 404:
                    raise
            else:
                return True
        return False

    def delete(self, state: Mapping[str, Any], registries: Registries) -> None:
        """Delete the pushed manifests; those that are gone are no error."""
        digest = state.get("digest")
        if not state.get("push") or not digest:
            return
        for repository, reference in {
            (r := _reference(tag)).repository: r for tag in state.get("tags") or []
        }.items():
            self._registry(reference, registries).delete_manifest(repository, digest)

    def _registry(self, reference: Reference, registries: Registries) -> RegistryHttp:
        auth = self._credentials.find(reference.host, registries)
        return RegistryHttp(reference.host, auth, self._ca_bundle)

    def _request(
        self, state: Mapping[str, Any], registries: Registries, *, push: bool
    ) -> BuildRequest:
        try:
            text = dockerfile_text(state)
        except OSError as error:
            raise BuildError(f"the Dockerfile cannot be read: {error}") from None
        return BuildRequest(
            context=context_folder(state),
            dockerfile=text,
            tags=tuple(state.get("tags") or ()),
            build_args=state.get("buildArgs") or {},
            labels=state.get("labels") or {},
            secrets={name: value for name, value in (state.get("secrets") or {}).items() if value},
            target=state.get("target"),
            platform=next(iter(state.get("platforms") or ()), None),
            no_cache=bool(state.get("noCache")),
            pull=bool(state.get("pull")),
            push=push,
            auth=lambda host: self._credentials.find(host, registries),
            progress=_log.info,
        )


def _reference(tag: str) -> Reference:
    try:
        return parse(tag)
    except ValueError as error:
        raise BuildError(str(error)) from None


def _tagged(tag: str) -> str:
    """The tag in full: without one it is `latest`."""
    return tag if ":" in tag.rsplit("/", 1)[-1] else f"{tag}:latest"
