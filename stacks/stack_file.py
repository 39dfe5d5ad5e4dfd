"""The stack's own file, read for what Pulumi does not tell: how values are written, and which of them are encrypted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import yaml

_ENDINGS = ("yaml", "yml", "json")


def written_configuration() -> Mapping[str, Any]:
    """The file's configuration with every scalar as its text; empty where there is no such file.

    It need not be the one that the values came from (`pulumi up --config-file`): compare before use.
    """
    project = Path()  # where the engine runs the program
    folder = project / str(_read(project, "Pulumi").get("stackConfigDir") or ".")
    found = _read(folder, f"Pulumi.{pulumi.get_stack()}").get("config")
    return found if isinstance(found, Mapping) else {}


def _read(folder: Path, name: str) -> Mapping[str, Any]:
    for ending in _ENDINGS:
        try:
            text = (folder / f"{name}.{ending}").read_text(encoding="utf-8")
            # BaseLoader makes texts of all scalars, and nothing else of anything.
            document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
        except (OSError, ValueError, yaml.YAMLError, RecursionError):
            continue
        if isinstance(document, Mapping):
            return document
    return {}
