"""Image references: `host:port/repository[:tag][@sha256:digest]`."""

import re
from dataclasses import dataclass

_REFERENCE = re.compile(
    r"^(?P<host>[^/@]+(?:\.[^/@]+|:\d+)|localhost)/(?P<repository>[a-z0-9][a-z0-9._/-]*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?$"
)


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
    match = _REFERENCE.match(text)
    if match is None:
        raise ValueError(
            f"{text!r} is no image reference with a registry: write host/repository:tag or host/repository@sha256:..."
        )
    return Reference(match["host"], match["repository"], match["tag"], match["digest"])
