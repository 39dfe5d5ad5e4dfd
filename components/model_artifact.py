"""A registered model and its file, as plain data: what a `RegisteredModel` gives to a `ModelImage`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ModelArtifact:
    """One version of a model, and where its file is on this machine."""

    name: str
    """Name of the model, without version."""
    version: int | None = None
    """None only in a preview that cannot know it yet: there is no registry that could say."""
    model_id: str | None = None
    """`name:version`; None as the version is."""
    path: str
    """The file on this machine, for building an image of it."""
    sha256: str
    """Hash of the file, hexadecimal."""
    framework: str = ""
    """What it was made with, as it was registered; empty where it was registered without."""
    framework_version: str = ""
    """Version of the framework."""
