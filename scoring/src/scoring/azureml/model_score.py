"""`/score` for models without code: `{"data": [...]}` to a JSON list of predictions."""

from __future__ import annotations

import logging
from urllib.parse import parse_qs

import orjson

from scoring.azureml.answers import FAILED, json_answer
from scoring.azureml.inputs import query_values
from scoring.engine.executor import ExecutorError, Overrun
from scoring.http.deadline import refusal_of
from scoring.http.errors import Refusal
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
        self._only = service.models.get(names[0]) if len(names) == 1 else None

    async def handle(self, request: Request) -> Response:
        if request.method not in ("POST", "GET"):
            return json_answer("", 200)
        model = (
            self._only if self._only is not None and not request.query else self._chosen(request)
        )
        form = self._forms[id(model)]
        outcome = request.outcome
        outcome.model, outcome.model_version = model.name, model.version
        try:
            inputs, rows = form.parse(_body(request))
            outcome.inputs = inputs
            outputs = await self._service.dispatcher.predict(
                model, inputs, rows, form.answer.outputs,
                deadline=self._service.deadline_of(request), outcome=outcome,
            )  # fmt: skip
        except BadInput as bad:
            outcome.error = bad
            raise Refusal(400, f"{model.name}: {bad}") from None
        except Overrun as over:
            return self._failure(
                request, over, f"Scoring timeout after {self._service.settings.run_timeout_ms} ms"
            )
        except ExecutorError as error:
            raise refusal_of(error, self._service.settings) from None
        except Refusal:
            raise
        except Exception as error:
            return self._failure(request, error, _FAILED_TEXT)
        outcome.outputs = outputs
        spent = (outcome.compute_seconds or 0.0) * 1e3
        return Response(
            200,
            [_JSON, _NOT_FAILED, ("x-ms-run-fn-exec-ms", f"{spent:.3f}")],
            form.answer.json(outputs),
        )

    def _chosen(self, request: Request) -> Model:
        wanted = parse_qs(request.query)
        name = wanted.get("model", [None])[0]
        version = wanted.get("version", [None])[0]
        names = self._service.models.names()
        if name is None and len(names) > 1:
            raise Refusal(
                400, f"Several models are served; choose one with ?model=NAME: {', '.join(names)}"
            )
        try:
            return self._service.models.get(name or names[0], version)
        except ModelNotFound as missing:
            raise Refusal(404, str(missing)) from None

    def _failure(self, request: Request, error: BaseException, message: str) -> Response:
        request.outcome.error = error
        logger.error(
            "The model failed", exc_info=error, extra={"request_id": request.outcome.request_id}
        )
        return json_answer({"message": message}, 500, failed=True)


def _body(request: Request) -> bytes:
    if request.method == "POST":
        return request.body
    return orjson.dumps(query_values(request.query))
