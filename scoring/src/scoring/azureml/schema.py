"""inference-schema's decorators, where the user's environment has them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def is_schema_decorated(function: Callable[..., Any]) -> bool:
    # A script that uses the decorators has imported the package already; nobody else pays for the import.
    if "inference_schema" not in sys.modules:
        return False
    from inference_schema.schema_util import is_schema_decorated as decorated

    return bool(decorated(function))


def schemas(function: Callable[..., Any]) -> tuple[Any, Any]:
    """Input and output schema of a decorated function."""
    from inference_schema.schema_util import get_input_schema, get_output_schema

    return get_input_schema(function), get_output_schema(function)


def supported_versions(function: Callable[..., Any]) -> list[str]:
    """Swagger versions that can describe the function's types."""
    if "inference_schema" not in sys.modules:
        return ["2.0", "3.0", "3.1"]
    from inference_schema.schema_util import get_supported_versions

    return list(get_supported_versions(function))
