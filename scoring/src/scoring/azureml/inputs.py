"""From a request to the arguments of `run()`, as Azure ML's server does it."""

from __future__ import annotations

import inspect
import json
import re
import sys
from typing import Any, Protocol
from urllib.parse import parse_qsl

from scoring.http.errors import Refusal
from scoring.http.message import Request

_NOT_UTF8 = re.compile("[\udc80-\udcff]")


class Parser(Protocol):
    """Raises Refusal (400, 405, 415)."""

    #: Called for every method (raw), or for GET and POST only.
    raw: bool
    #: How `run()` gets its input, in words.
    kind: str
    #: The arguments that are filled from the request.
    names: tuple[str, ...]

    def __call__(self, request: Request) -> dict[str, Any]: ...


def rawhttp_requested() -> bool:
    """A module of the script has applied @rawhttp."""
    names = (
        "azureml_inference_server_http.api.aml_request",
        "azureml.contrib.services.aml_request",
    )
    return any(getattr(sys.modules.get(name), "_rawHttpRequested", False) for name in names)


class RawRequest:
    """The request object itself, for @rawhttp."""

    raw = True
    kind = "the request object"

    def __init__(self, parameter: str) -> None:
        self.parameter = parameter
        self.names: tuple[str, ...] = (parameter,)

    def __call__(self, request: Request) -> dict[str, Any]:
        from scoring.azureml.wsgi import aml_request

        return {self.parameter: aml_request(request)}


class JsonString:
    """The body as text; a GET's query as the text of a JSON object."""

    raw = False
    kind = "JSON text"

    def __init__(self, parameter: str) -> None:
        self.parameter = parameter
        self.names: tuple[str, ...] = (parameter,)

    def __call__(self, request: Request) -> dict[str, Any]:
        if request.method == "GET":
            return {self.parameter: json.dumps(query_values(request.query))}
        try:
            return {self.parameter: request.body.decode()}
        except UnicodeDecodeError as error:
            raise Refusal(400, f"Input cannot be decoded as UTF-8: {error}") from None


class JsonObject:
    """One argument per key of a JSON object, for @input_schema."""

    raw = False
    kind = "the keys of a JSON object"

    def __init__(self, parameters: tuple[inspect.Parameter, ...]) -> None:
        self.parameters = parameters
        self.names = tuple(parameter.name for parameter in parameters)

    def __call__(self, request: Request) -> dict[str, Any]:
        values = query_values(request.query) if request.method == "GET" else _json_object(request)
        arguments: dict[str, Any] = {}
        for parameter in self.parameters:
            value = values.get(parameter.name, parameter.default)
            if value is inspect.Parameter.empty:
                raise Refusal(400, f"A value is not provided for the {parameter.name!r} parameter.")
            arguments[parameter.name] = value
        return arguments


def query_values(query: str) -> dict[str, Any]:
    """`a=1&b=[1,2]&c=x` to {"a": 1, "b": [1, 2], "c": "x"}; a repeated key gives a list."""
    values: dict[str, list[Any]] = {}
    for key, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape"):
        values.setdefault(_still_quoted(key), []).append(_json_or_text(_still_quoted(value)))
    return {key: many[0] if len(many) == 1 else many for key, many in values.items()}


def _still_quoted(text: str) -> str:
    # Bytes that are not UTF-8 stay as they were written.
    return _NOT_UTF8.sub(lambda found: f"%{ord(found[0]) - 0xDC00:02X}", text)


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _json_object(request: Request) -> dict[str, Any]:
    if not _is_json(request.headers.get("content-type", "")):
        raise Refusal(415, "Expects Content-Type to be application/json")
    try:
        value = json.loads(request.body)
    except json.JSONDecodeError as error:
        if request.body:
            raise Refusal(400, f"POST body could not be decoded as JSON: {error}") from None
        raise Refusal(400, "POST body is empty. Expecting a JSON dictionary.") from None
    except UnicodeDecodeError as error:
        raise Refusal(400, f"POST body could not be decoded as JSON: {error}") from None
    except ValueError:
        most = sys.get_int_max_str_digits()
        raise Refusal(
            400, f"POST body could not be decoded as JSON: a number has more than {most} digits."
        ) from None
    except RecursionError:
        raise Refusal(
            400, "POST body could not be decoded as JSON: it is nested too deeply."
        ) from None
    if not isinstance(value, dict):
        raise Refusal(400, "POST body should be a JSON dictionary.")
    return value


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
