"""The schema as it is committed."""

import json
from importlib.metadata import version
from pathlib import Path

from plugin.schema import served
from plugin.schema.package import package

PATH = Path(__file__).parents[1] / "schema.json"


def text() -> str:
    """What the file must contain."""
    schema = package(
        version("slipway-ml"),
        (*served.COMPONENTS, *served.RESOURCES),
        served.FUNCTIONS,
        served.SECRETS,
    )
    return json.dumps(schema, indent=2) + "\n"
