"""inference-schema's decorators, where the user's environment has them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any


def is_schema_decorated(function: Callable[..., Any]) -> bool:
    # A script that uses the decorators has imported the package already; nobody else pays for the import.
    if "inference_schema" not in sys.modules:
        return False
    return bool(_util().is_schema_decorated(function))


def schemas(function: Callable[..., Any]) -> tuple[Any, Any]:
    """Input and output schema of a decorated function."""
    return _util().get_input_schema(function), _util().get_output_schema(function)


def supported_versions(function: Callable[..., Any]) -> list[str]:
    """Swagger versions that can describe the function's types."""
    if "inference_schema" not in sys.modules:
        return ["2.0", "3.0", "3.1"]
    return list(_util().get_supported_versions(function))


def _util() -> Any:
    # By name: the package belongs to the user's environment, not to ours.
    return importlib.import_module("inference_schema.schema_util")
