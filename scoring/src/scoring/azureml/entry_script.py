"""The entry script (score.py): loading it, `init()` once, and what its `run()` wants to be given."""

from __future__ import annotations

import importlib.util
import inspect
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from scoring.azureml import inputs
from scoring.azureml.schema import is_schema_decorated

logger = logging.getLogger("scoring.entry_script")


class EntryScriptError(Exception):
    """The script cannot serve; the text says why, in one sentence."""


class EntryScript:
    """A loaded script: `init()`, `run(**arguments)`, and `parse` which turns a request into arguments."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.path = str(module.__file__)
        for name in ("init", "run"):
            if not callable(getattr(module, name, None)):
                raise EntryScriptError(f"{self.path} defines no function {name}().")
        self.init: Callable[[], object] = module.init
        self.run: Callable[..., Any] = _run_of(module)
        parameters = _parameters(self.run, self.path)
        self.wants_headers = "request_headers" in parameters
        parameters.pop("request_headers", None)
        self.parse = _parser(self.run, parameters, self.path)
        #: Requests that wait at the same time may be given to `run_batch` at once.
        self.batches = hasattr(module, "run_batch")
        if self.batches:
            self.run_batch = _run_batch_of(module, self)

    def batch_item(self, arguments: dict[str, Any]) -> Any:
        """What `run_batch` gets for one request: the only argument of `run()` itself, or all by name."""
        return next(iter(arguments.values())) if len(self.parse.names) == 1 else arguments


def load(path: Path) -> EntryScript:
    """Imports the script. Raises EntryScriptError, or whatever the script raises while it is imported."""
    if not path.is_file():
        raise EntryScriptError(f"The entry script {path} does not exist.")
    for folder in (str(path.parent),):
        if folder not in sys.path:
            sys.path.append(folder)
    spec = importlib.util.spec_from_file_location("entry_module", path)
    if spec is None or spec.loader is None:
        raise EntryScriptError(f"The entry script {path} is not a Python file (.py).")
    module = importlib.util.module_from_spec(spec)
    # Pickles and dataclasses of the script look their classes up by module name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return EntryScript(module)


def _run_batch_of(module: ModuleType, script: EntryScript) -> Callable[[list[Any]], Any]:
    run_batch = module.run_batch
    try:
        inspect.signature(run_batch).bind([])
    except (TypeError, ValueError):
        raise EntryScriptError(
            f"{script.path}: run_batch() must take one argument: the list of requests."
        ) from None
    if script.parse.raw or script.wants_headers:
        raise EntryScriptError(
            f"{script.path}: run_batch() gets no request objects and no headers; leave out @rawhttp, request_headers."
        )
    return run_batch  # type: ignore[no-any-return]  # a user's module has no types


def _run_of(module: ModuleType) -> Callable[..., Any]:
    # Azure's driver scripts wrap the user's script and pass its arguments wrongly when it has a schema.
    driven = getattr(module, "driver_module", None)
    if isinstance(driven, ModuleType) and hasattr(driven, "run"):
        return driven.run  # type: ignore[no-any-return]  # a user's module has no types
    return module.run  # type: ignore[no-any-return]  # likewise


def _parameters(run: Callable[..., Any], path: str) -> dict[str, inspect.Parameter]:
    parameters = dict(inspect.signature(run).parameters)
    usable = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if any(parameter.kind not in usable for parameter in parameters.values()):
        raise EntryScriptError(
            f"{path}: run() cannot accept positional-only arguments, *args, or **kwargs."
        )
    if not parameters:
        raise EntryScriptError(f"{path}: run() needs to accept an argument for input data.")
    if set(parameters) == {"request_headers"}:
        raise EntryScriptError(
            f'{path}: run() needs to accept an argument other than "request_headers".'
        )
    kinds = {
        "a generator": inspect.isgeneratorfunction,
        "async": inspect.iscoroutinefunction,
        "an async generator": inspect.isasyncgenfunction,
    }
    for kind, is_kind in kinds.items():
        if is_kind(inspect.unwrap(run)):
            raise EntryScriptError(
                f"{path}: run() is {kind} function; it must return its answer as a value."
            )
    return parameters


def _parser(
    run: Callable[..., Any], parameters: dict[str, inspect.Parameter], path: str
) -> inputs.Parser:
    raw, schema = inputs.rawhttp_requested(), is_schema_decorated(run)
    first = next(iter(parameters))
    if raw and schema:
        raise EntryScriptError(
            f"{path}: run() cannot be decorated with both @rawhttp and @input_schema."
        )
    if raw:
        logger.info(
            "run() is decorated with @rawhttp. Server will invoke it with the request object."
        )
        return inputs.RawRequest(first)
    if schema:
        names = ", ".join(parameters)
        logger.info(
            f"run() is decorated with @input_schema. Server will invoke it with the following arguments: {names}."
        )
        return inputs.JsonObject(tuple(parameters.values()))
    logger.info("run() is not decorated. Server will invoke it with the input in JSON string.")
    return inputs.JsonString(first)
