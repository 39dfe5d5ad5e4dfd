"""JSON Schema of `stacks/Pulumi.<stack>.yaml`, for editors: `python -m stacks.schema` writes it."""

import json
from pathlib import Path
from typing import Any

from slipway.rules.names import SECRET_NAME
from stacks.settings.secrets import MEANING, SECRETS
from stacks.settings.stack import KEYS, Settings

PATH = Path(__file__).parent / "schema.json"


def schema() -> dict[str, Any]:
    """The schema as a value."""
    settings = Settings.model_json_schema(by_alias=True, mode="validation")
    fields = settings.pop("properties")
    keys = {key: fields[Settings.model_fields[name].alias or name] for name, key in KEYS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pulumi stack of Slipway",
        "type": "object",
        "properties": {"config": _configuration({**_closed(keys), SECRETS: _SECRETS})},
        "$defs": settings.get("$defs", {}),
    }


_SECRETS = {
    "description": MEANING,
    "type": "object",
    "patternProperties": {
        SECRET_NAME.schema()["pattern"]: {
            "type": "object",
            "properties": {"secure": {"type": "string"}},
            "required": ["secure"],
            "additionalProperties": False,
        }
    },
    "additionalProperties": False,
}


def _closed(keys: dict[str, Any]) -> dict[str, Any]:
    """Maps whose names have a rule take no other names."""
    return {
        key: {**field, "additionalProperties": False} if "patternProperties" in field else field
        for key, field in keys.items()
    }


def _configuration(keys: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": keys,
        # Other providers' configuration may be beside ours; ours is known to the last key.
        "patternProperties": {"^(?!slipway:)": {}},
        "additionalProperties": False,
    }


def text() -> str:
    """The schema as the file holds it."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(text())
