"""One request to `/score`: arguments, `run()` on a worker, answer."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import Any

from scoring.azureml.answers import FAILED, empty_answer, json_answer
from scoring.azureml.entry_script import EntryScript
from scoring.azureml.script_batch import ScriptBatch
from scoring.engine.job import ExecutorError, Overrun
from scoring.http.deadline import refusal_of
from scoring.http.errors import Refusal
from scoring.http.exchange import Exchange
from scoring.http.message import Request, Response
from scoring.server import printed
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
        self._together = _together(service, script)

    def begin(self, exchange: Exchange) -> None:
        """Called in the server's thread, which has better things to do: the worker reads, runs and answers.

        Raises Refusal.
        """
        request = exchange.request
        if not self._script.parse.raw and request.method not in ("GET", "POST"):
            exchange.identify()
            exchange.reply(_unsupported(request))
            return
        settings = self._service.settings
        try:
            job = self._service.executor.submit(
                _Receiver(self, exchange),
                self._service.carried(request, self._invoke),
                exchange,
                deadline=self._service.deadline_of(request),
                limit=settings.run_timeout_ms / 1000,
                outcome=request.outcome,
                together=self._together,
            )
            exchange.leave = partial(self._service.executor.withdraw, job)
        except ExecutorError as error:
            raise refusal_of(error, settings) from None

    def _invoke(self, exchange: Exchange) -> Response:
        """On a worker thread: arguments, `run()`, and its value made an answer. Raises Refusal, RunFailed."""
        request = exchange.request
        outcome = request.outcome
        if not outcome.request_id:  # it may have been in a batch that failed
            exchange.identify()
        arguments = outcome.inputs = self._script.parse(request)
        if self._script.wants_headers:
            arguments = {**arguments, "request_headers": header_names_as_sent(request)}
        current.request_id = outcome.request_id
        started = time.perf_counter()
        try:
            value = self._script.run(**arguments)
        except Exception as error:
            raise RunFailed from error
        finally:
            printed.end_line()
            current.request_id = None
        outcome.outputs = value
        return _timed_answer(value, (time.perf_counter() - started) * 1e3)

    def failure(self, request: Request, error: BaseException) -> Response:
        """Raises Refusal for what is not the script's fault."""
        settings, message = self._service.settings, _FAILED_TEXT
        if isinstance(error, Overrun):
            message = f"Scoring timeout after {settings.run_timeout_ms} ms"
        elif isinstance(error, ExecutorError):
            raise refusal_of(error, settings)
        elif isinstance(error, RunFailed):
            error = error.__cause__ or error
        else:
            raise error  # a Refusal of the arguments, or a value that cannot be written
        request.outcome.error = error
        logger.error(
            "run() failed", exc_info=error, extra={"request_id": request.outcome.request_id}
        )
        return json_answer({"message": message}, 500, failed=True)


class _Receiver:
    """What the worker tells of one request's `run()`, made an answer in the worker's thread."""

    __slots__ = ("_exchange", "_scorer")

    def __init__(self, scorer: Scorer, exchange: Exchange) -> None:
        self._scorer = scorer
        self._exchange = exchange

    def set_result(self, response: Response) -> None:
        self._exchange.reply(response)

    def set_exception(self, error: BaseException) -> None:
        self._exchange.answer(self._scorer.failure, self._exchange.request, error)


def header_names_as_sent(request: Request) -> dict[str, str]:
    """Headers under the names that WSGI gives them: words capitalised; those with "_" are left out as spoofs."""
    return {name.title(): value for name, value in request.headers.items() if "_" not in name}


def _unsupported(request: Request) -> Response:
    # Without @rawhttp, OPTIONS is a browser's preflight.
    if request.method == "OPTIONS":
        return empty_answer()
    raise Refusal(405, "Method not allowed")


def _together(service: Service, script: EntryScript) -> ScriptBatch | None:
    settings = service.settings
    if not settings.batching or not script.batches:
        return None

    def observe(requests: int) -> None:
        if service.metrics is not None:
            service.metrics.batch("", "", requests, requests)

    return ScriptBatch(script, _timed_answer, settings.batch_max_rows, observe)


def _timed_answer(value: Any, milliseconds: float) -> Response:
    response = _answer(value)
    response.headers.append(("x-ms-run-fn-exec-ms", f"{milliseconds:.3f}"))
    return response


def _answer(value: Any) -> Response:
    if hasattr(value, "status_code") and hasattr(value, "headers"):
        from scoring.azureml.wsgi import from_response_object

        return from_response_object(value, FAILED)
    return json_answer(value)
