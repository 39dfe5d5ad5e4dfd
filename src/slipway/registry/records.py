"""What the registry answers: one version of a model, one version of an image."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class ModelVersion:
    """One immutable version of a model."""

    name: str
    version: int
    digest: str
    """Of the manifest."""
    sha256: str
    """Of the file, hexadecimal; of a folder `folder-<hex>`, over paths and hashes of its files."""
    filename: str
    """Name of the file or folder."""
    size: int
    """Of the file, or of all files of the folder, bytes."""
    files: int = 1
    """How many files it is."""
    tags: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    framework: str = ""
    framework_version: str = ""
    revision: str = ""
    """Git commit that the file was registered from, when there was one."""
    created_by: str = ""
    created: str = ""
    """ISO 8601, UTC."""

    @property
    def id(self) -> str:
        """`diabetes:3`."""
        return f"{self.name}:{self.version}"


@dataclass(frozen=True, kw_only=True)
class Times:
    """When a version came about (ISO 8601, UTC)."""

    created: str
    """When it got its number; of a copy, in the registry where it was built. Empty where a copy does not tell."""
    copied: str = ""
    """When it was copied to this registry; empty where it was built for it."""


@dataclass(frozen=True, kw_only=True)
class ImageVersion:
    """One immutable version of an image."""

    name: str
    version: int
    digest: str
    content_key: str
    models: tuple[str, ...]
    """Ids of the models inside, `diabetes:3`."""
    repository: str
    login_server: str
    application_insights: bool = False
    """Whether it has the packages that send a service's telemetry there."""

    @property
    def id(self) -> str:
        """`diabetes-image:7`."""
        return f"{self.name}:{self.version}"

    @property
    def ref(self) -> str:
        """`<login server>/images/diabetes-image@sha256:...`, what services run."""
        return f"{self.login_server}/{self.repository}@{self.digest}"
