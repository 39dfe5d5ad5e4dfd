"""Answers in Azure ML's form."""

from __future__ import annotations

import json
from typing import Any

from scoring.http.message import Response

HTML = ("Content-Type", "text/html; charset=utf-8")
FAILED = "x-ms-run-function-failed"


def json_answer(value: Any, status: int = 200, *, failed: bool = False) -> Response:
    """`value` as JSON text; None becomes {}. Raises what `json.dumps` raises for what it cannot write."""
    body = json.dumps({} if value is None else value).encode()
    return Response(status, [("Content-Type", "application/json"), (FAILED, str(failed))], body)


def error_answer(status: int, message: str) -> Response:
    """The error body of every path that is not another protocol's."""
    if status == 401:
        # Azure ML's front end answers this one, as plain text.
        return Response(401, [("Content-Type", "text/plain; charset=utf-8")], message.encode())
    return json_answer({"message": message}, status)


def text_answer(text: str) -> Response:
    return Response(200, [HTML], text.encode())


def empty_answer() -> Response:
    """To a browser's preflight."""
    return Response(200, [HTML, (FAILED, "False")])
