"""Names in Python and on the wire."""

import inspect
import re

from slipway.resources.wire import camel

PACKAGE = "slipway"

# A name with an underscore, in backticks: `secondary_key`, `ModelImage.image_id`.
_QUOTED_NAME = re.compile(r"`((?:\w+\.)?)([a-z0-9]+(?:_[a-z0-9]+)+)`")


def pascal_case(name: str) -> str:
    """`registry_sku` as the name of a type: `RegistrySku`."""
    return "".join(map(str.capitalize, name.split("_")))


def on_the_wire(docstring: str) -> str:
    """A docstring for readers in every language: the names that it quotes are the schema's."""
    text = inspect.cleandoc(docstring)
    return _QUOTED_NAME.sub(lambda found: f"`{found[1]}{camel(found[2])}`", text)
