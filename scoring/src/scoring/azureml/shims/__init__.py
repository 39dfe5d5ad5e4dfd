"""Stand-ins for the modules that old entry scripts import; found only where the real ones are not installed."""

from __future__ import annotations

from scoring.azureml.shims import finder, model_paths
from scoring.collection import active
from scoring.settings import Settings


def install(settings: Settings) -> None:
    """From now on the stand-ins can be imported in this process."""
    model_paths.places = model_paths.Places(settings.model_directory, settings.source)
    finder.install()
    if active.writer is not None:
        finder.prefer_collectors()
