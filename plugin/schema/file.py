"""The schema as it is committed."""

import json
from importlib.metadata import version
from pathlib import Path

from plugin.schema import served
from plugin.schema.package import package
from plugin.table import COMPONENTS

PATH = Path(__file__).parents[1] / "schema.json"


def text() -> str:
    """What the file must contain."""
    components = (each.component() for each in COMPONENTS.values())
    schema = package(
        version("slipway-ml"),
        (*components, *served.RESOURCES),
        served.FUNCTIONS,
        served.SECRETS,
    )
    return json.dumps(schema, indent=2) + "\n"
