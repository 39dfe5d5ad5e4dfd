"""Image references, `host:port/repository[:tag][@sha256:digest]`, by the grammar of the OCI Distribution specification.

The one place in the rehearsal that knows what images may be called: the registry door, the builders, the runtimes
and docker-build's checks all ask here.
"""

import re
from dataclasses import dataclass

MAX_REPOSITORY = 255
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = rf"{_COMPONENT}(?:/{_COMPONENT})*"
_TAG = r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}"
_HOST = r"(?:[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+|\[[0-9a-fA-F:]+\]|[a-zA-Z0-9-]+(?=:\d))(?::\d+)?|localhost"
_WITH_REGISTRY = re.compile(
    rf"(?P<host>{_HOST})/(?P<repository>{_REPOSITORY})(?::(?P<tag>{_TAG}))?(?:@(?P<digest>{_DIGEST}))?"
)
_TAGGED = re.compile(rf"(?:(?:{_HOST})/)?(?P<repository>{_REPOSITORY})(?::{_TAG})?")


@dataclass(frozen=True)
class Reference:
    """Where an image is: a registry, a repository in it, and a tag or a digest."""

    host: str
    repository: str
    tag: str | None
    digest: str | None

    def by_digest(self, digest: str) -> str:
        """`host/repository@digest`."""
        return f"{self.host}/{self.repository}@{digest}"


def parse(text: str) -> Reference:
    """Raises ValueError with a sentence when `text` names no registry and repository."""
    match = _WITH_REGISTRY.fullmatch(text)
    if match is None or not is_repository(match["repository"]):
        raise ValueError(
            f"{text!r} is not an image reference with a registry: write host/repository:tag or "
            "host/repository@sha256:..."
        )
    return Reference(match["host"], match["repository"], match["tag"], match["digest"])


def is_tag_reference(text: str) -> bool:
    """Whether `text` is `[host/]repository[:tag]`, as a build may be tagged."""
    match = _TAGGED.fullmatch(text)
    return match is not None and is_repository(match["repository"])


def is_repository(name: str) -> bool:
    """Whether `name` is a repository's, without host and tag."""
    return len(name) <= MAX_REPOSITORY and re.fullmatch(_REPOSITORY, name) is not None


def is_tag(name: str) -> bool:
    """Whether `name` is a tag."""
    return re.fullmatch(_TAG, name) is not None


def is_digest(text: str) -> bool:
    """Whether `text` is a digest; sha256 is the only algorithm that ACR stores."""
    return re.fullmatch(_DIGEST, text) is not None
