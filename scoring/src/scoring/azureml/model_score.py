"""`/score` for models without code: `{"data": [...]}` to a JSON list of predictions."""

from __future__ import annotations

import logging
from functools import partial
from urllib.parse import parse_qs

import orjson

from scoring.azureml.answers import FAILED, json_answer
from scoring.azureml.inputs import query_values
from scoring.engine.batch import Item, Tensors
from scoring.engine.job import ExecutorError, Overrun
from scoring.http.deadline import refusal_of
from scoring.http.errors import Refusal
from scoring.http.exchange import Exchange
from scoring.http.message import Request, Response
from scoring.models.azureml_form import AzureMLForm
from scoring.models.base import BadInput, Model
from scoring.models.catalog import ModelNotFound
from scoring.service import Service

logger = logging.getLogger("scoring.score")

_FAILED_TEXT = "An unexpected error occurred in the model. Check the logs for more info."
_JSON = ("Content-Type", "application/json")
_NOT_FAILED = (FAILED, "False")


class ModelScorer:
    """Answers `/score` with the only model, or with the one that `?model=NAME&version=V` names."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._forms = {id(model): AzureMLForm(model) for model in service.models}
        names = service.models.names()
        self._only = self._form(names[0]) if len(names) == 1 else None

    def begin(self, exchange: Exchange) -> None:
        """Raises Refusal."""
        request = exchange.request
        if request.method == "POST" and self._only is not None and not request.query:
            form, body = self._only, request.body
        elif request.method in ("POST", "GET"):
            form, body = self._chosen(request), _body(request)
        else:
            exchange.reply(json_answer("", 200))
            return
        model, outcome = form.model, request.outcome
        outcome.model, outcome.model_version = model.name, model.version
        waiting = _Waiting(self, exchange, form)
        try:
            outcome.inputs, rows = form.parse(body)
            deadline = self._service.deadline_of(request)
            batcher = self._service.dispatcher.batcher(model)
            item = batcher.enqueue(
                waiting, outcome.inputs, rows, form.answer.outputs, deadline, outcome
            )
            exchange.leave = partial(waiting.leave, item)
        except Refusal:
            raise
        except Exception as error:
            waiting.set_exception(error)

    def _chosen(self, request: Request) -> AzureMLForm:
        wanted = parse_qs(request.query)
        name = wanted.get("model", [None])[0]
        version = wanted.get("version", [None])[0]
        names = self._service.models.names()
        if name is None and len(names) > 1:
            raise Refusal(
                400,
                f"Several models are served; choose one with ?model=NAME: {', '.join(names)}",
            )
        return self._form(name or names[0], version)

    def _form(self, name: str, version: str | None = None) -> AzureMLForm:
        try:
            return self._forms[id(self._service.models.get(name, version))]
        except ModelNotFound as missing:
            raise Refusal(404, str(missing)) from None

    def failure(self, request: Request, model: Model, error: BaseException) -> Response:
        """Raises Refusal for what is not the model's fault."""
        request.outcome.error = error
        if isinstance(error, BadInput):
            raise Refusal(400, f"{model.name}: {error}")
        settings = self._service.settings
        if isinstance(error, ExecutorError) and not isinstance(error, Overrun):
            raise refusal_of(error, settings)
        late = isinstance(error, Overrun)
        message = f"Scoring timeout after {settings.run_timeout_ms} ms" if late else _FAILED_TEXT
        logger.error(
            "The model failed", exc_info=error, extra={"request_id": request.outcome.request_id}
        )
        return json_answer({"message": message}, 500, failed=True)


class _Waiting:
    """One request in the batcher; its answer is written where the batch ends."""

    __slots__ = ("_done", "_exchange", "_form", "_scorer")

    def __init__(self, scorer: ModelScorer, exchange: Exchange, form: AzureMLForm) -> None:
        self._scorer = scorer
        self._exchange = exchange
        self._form = form
        self._done = False

    def done(self) -> bool:
        return self._done

    def leave(self, item: Item) -> bool:
        """The client has gone. False when its batch has begun."""
        if self._done or item.started:
            return False
        self._done = True
        item.leave()
        return True

    def set_result(self, outputs: Tensors) -> None:
        self._done = True
        exchange = self._exchange
        outcome = exchange.request.outcome
        outcome.outputs = outputs
        try:
            body = self._form.answer.json(outputs)
        except Exception as error:
            exchange.fail(error)
            return
        spent = f"{(outcome.compute_seconds or 0.0) * 1e3:.3f}"
        headers = [_JSON, _NOT_FAILED, ("x-ms-run-fn-exec-ms", spent)]
        exchange.reply(Response(200, headers, body))

    def set_exception(self, error: BaseException) -> None:
        self._done = True
        self._exchange.answer(self._scorer.failure, self._exchange.request, self._form.model, error)


def _body(request: Request) -> bytes:
    if request.method == "POST":
        return request.body
    try:
        return orjson.dumps(query_values(request.query))
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise Refusal(400, f"The query's values cannot be written as JSON: {error}") from None
