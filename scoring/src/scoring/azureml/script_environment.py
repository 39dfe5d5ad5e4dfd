"""What an entry script finds around it: folders to import from, and the variables that Azure ML's server sets."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

from scoring.settings import Settings


def prepare(settings: Settings, variables: MutableMapping[str, str] = os.environ) -> None:
    """Once in a process, before anything of the user's is imported."""
    source = Path(settings.source).absolute()
    for folder in _folders(settings, source):
        if folder not in sys.path:
            sys.path.append(folder)
    variables["AML_APP_ROOT"] = str(source)
    script = source / settings.entry_script
    if script.is_file():
        variables["AZUREML_ENTRY_SCRIPT"] = str(script.resolve())
    variables["WORKER_COUNT"] = str(settings.workers)
    variables["SERVER_PORT"] = str(settings.port)
    variables["HEALTH_PORT"] = str(
        settings.port if settings.health_port is None else settings.health_port
    )
    variables.setdefault("AML_APP_INSIGHTS_ENABLED", "false")
    if settings.server_version:
        variables["HTTP_X_MS_SERVER_VERSION"] = settings.server_version


def _folders(settings: Settings, source: Path) -> list[str]:
    if not settings.source_directory:
        return [str(source)]
    return [str(source), str(source / settings.source_directory)]
