"""One request to `/score`: arguments, `run()` on a worker, answer."""

from __future__ import annotations

import logging
import time
from typing import Any

from scoring.azureml.answers import FAILED, empty_answer, json_answer
from scoring.azureml.entry_script import EntryScript
from scoring.engine.executor import Overrun
from scoring.http.errors import Refusal
from scoring.http.message import Request, Response
from scoring.server.logs import current
from scoring.service import Service

logger = logging.getLogger("scoring.score")

_FAILED_TEXT = "An unexpected error occurred in scoring script. Check the logs for more info."


class RunFailed(Exception):
    """`run()` raised; its cause is what it raised."""


class Scorer:
    """Answers `/score` with the entry script."""

    def __init__(self, service: Service, script: EntryScript) -> None:
        self._service = service
        self._script = script

    async def handle(self, request: Request) -> Response:
        if not self._script.parse.raw and request.method not in ("GET", "POST"):
            return _unsupported(request)
        arguments = self._script.parse(request)
        request.outcome.inputs = arguments
        if self._script.wants_headers:
            arguments = {**arguments, "request_headers": header_names_as_sent(request)}
        try:
            answer: Response = await self._service.compute(
                request, self._invoke, request, arguments
            )
        except Overrun as error:
            limit = self._service.settings.run_timeout_ms
            return self._failure(request, error, f"Scoring timeout after {limit} ms")
        except RunFailed as failure:
            return self._failure(request, failure.__cause__ or failure, _FAILED_TEXT)
        return answer

    def _invoke(self, request: Request, arguments: dict[str, Any]) -> Response:
        """On a worker thread: `run()`, and its value made an answer."""
        current.request_id = request.outcome.request_id
        started = time.perf_counter()
        try:
            value = self._script.run(**arguments)
        except Exception as error:
            raise RunFailed from error
        finally:
            current.request_id = None
        spent = (time.perf_counter() - started) * 1e3
        request.outcome.outputs = value
        response = _answer(value)
        response.headers.append(("x-ms-run-fn-exec-ms", f"{spent:.3f}"))
        return response

    def _failure(self, request: Request, error: BaseException, message: str) -> Response:
        request.outcome.error = error
        logger.error(
            "run() failed", exc_info=error, extra={"request_id": request.outcome.request_id}
        )
        return json_answer({"message": message}, 500, failed=True)


def header_names_as_sent(request: Request) -> dict[str, str]:
    """Headers under the names that WSGI gives them: words capitalised; those with "_" are left out as spoofs."""
    return {name.title(): value for name, value in request.headers.items() if "_" not in name}


def _unsupported(request: Request) -> Response:
    # Without @rawhttp, OPTIONS is a browser's preflight.
    if request.method == "OPTIONS":
        return empty_answer()
    raise Refusal(405, "Method not allowed")


def _answer(value: Any) -> Response:
    if hasattr(value, "status_code") and hasattr(value, "headers"):
        from scoring.azureml.wsgi import from_response_object

        return from_response_object(value, FAILED)
    return json_answer(value)
