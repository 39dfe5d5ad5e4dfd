"""The committed schema, and the tables that it is made of."""

import json

from plugin.schema import file, served
from plugin.table import COMPONENTS
from slipway.provider.functions import FUNCTIONS
from slipway.provider.handlers import HANDLERS


def test_the_committed_file_is_what_the_classes_say():
    assert file.PATH.read_text() == file.text(), "run: make schema (or make docs)"


def test_everything_that_is_served_is_in_it():
    schema = json.loads(file.PATH.read_text())
    components = {token for token, each in schema["resources"].items() if "isComponent" in each}
    assert components == COMPONENTS.keys()
    assert schema["resources"].keys() - components == HANDLERS.keys()
    assert schema["functions"].keys() == FUNCTIONS.keys()


def test_secrets_are_those_of_the_provider():
    for cls in served.RESOURCES:
        handler = HANDLERS[f"slipway:index:{cls.__name__}"]
        assert served.SECRETS.get(cls.__name__, frozenset()) == handler.secret_outputs, cls
    for token, function in served.FUNCTIONS.items():
        secret = served.SECRETS.get(function.result.__name__, frozenset())
        assert secret == FUNCTIONS[token].secret


def test_every_property_is_described():
    """In every language this is all the documentation that a property has."""
    schema = json.loads(file.PATH.read_text())
    silent = [
        f"{token}.{name}"
        for token, each in (schema["resources"] | schema["types"]).items()
        for name, spec in (each.get("inputProperties", {}) | each.get("properties", {})).items()
        if not spec.get("description")
    ]
    assert silent == []
