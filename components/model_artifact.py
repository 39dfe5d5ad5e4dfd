"""A registered model and its content, as plain data: what a `RegisteredModel` gives to a `ModelImage`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ModelArtifact:
    """One version of a model, and where its file or folder is on this machine."""

    name: str
    """Name of the model, without version."""
    version: int | None = None
    """None only in a preview that cannot know it yet: there is no registry that could say."""
    model_id: str | None = None
    """`name:version`; None as the version is."""
    path: str
    """The file or folder on this machine, for building an image of it."""
    sha256: str
    """Hash of the file, hexadecimal; of a folder `folder-` and such a hash over paths and hashes of its files."""
    framework: str = ""
    """What it was made with, as it was registered; empty where it was registered without."""
    framework_version: str = ""
    """Version of the framework."""
