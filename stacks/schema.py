"""JSON Schema of `stacks/Pulumi.<stack>.yaml`, for editors: `python -m stacks.schema` writes it."""

import json
from pathlib import Path
from typing import Any

from stacks.configuration import SECRETS
from stacks.settings import KEYS, Settings

PATH = Path(__file__).parent / "schema.json"


def schema() -> dict[str, Any]:
    """The schema as a value."""
    settings = Settings.model_json_schema(by_alias=True, mode="validation")
    fields = settings.pop("properties")
    keys = {key: fields[Settings.model_fields[name].alias or name] for name, key in KEYS.items()}
    secrets = {
        f"slipway:{name}": {"description": text, "$ref": "#/$defs/Secret"}
        for name, text in SECRETS.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pulumi stack of Slipway",
        "type": "object",
        "properties": {"config": _configuration(keys | secrets)},
        "$defs": settings.get("$defs", {}) | {"Secret": _SECRET},
    }


_SECRET = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}


def _configuration(keys: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": keys,
        # Other providers' configuration may stand beside ours; ours is known to the last key.
        "patternProperties": {"^(?!slipway:)": {}},
        "additionalProperties": False,
    }


def text() -> str:
    """The schema as the file holds it."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(text())
