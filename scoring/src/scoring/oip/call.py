"""A model called on behalf of a request, whichever way it came in."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import numpy as np

from scoring.engine.job import ExecutorError, Overrun
from scoring.http.deadline import refusal_of
from scoring.http.message import Request
from scoring.models.base import BadInput, Model
from scoring.oip import inference
from scoring.oip.errors import InferenceError
from scoring.service import Service

logger = logging.getLogger("scoring.oip")

Tensors = Mapping[str, np.ndarray]


async def predict(
    service: Service,
    request: Request,
    model: Model,
    inputs: Tensors,
    outputs: list[str] | None,
    timeout: object = None,
    remaining: float | None = None,
) -> Tensors:
    """`timeout` is the request's own parameter (microseconds), `remaining` the transport's deadline (seconds).

    Raises InferenceError for what the client did wrong, Refusal (503, 504) for limits.
    """
    outcome = request.outcome
    outcome.model, outcome.model_version, outcome.inputs = model.name, model.version, inputs
    rows = inference.rows_of(model, inputs)
    deadline = _sooner(service.deadline_of(request), request.received_at, timeout, remaining)
    try:
        answer = await service.dispatcher.predict(
            model, inputs, rows, outputs, deadline=deadline, outcome=outcome
        )
    except BadInput as bad:
        raise InferenceError(f"model {model.name!r} refused the input: {bad}") from None
    except Overrun as over:
        outcome.error = over
        raise InferenceError("the model ran longer than SCORING_TIMEOUT_MS allows", 504) from None
    except ExecutorError as error:
        raise refusal_of(error, service.settings) from None
    except Exception as error:
        outcome.error = error
        logger.error("The model failed", exc_info=error, extra={"request_id": outcome.request_id})
        raise InferenceError(
            f"model {model.name!r} failed; the server's log has the reason", 500
        ) from None
    outcome.outputs = answer
    return answer


def _sooner(
    deadline: float | None, received_at: float, timeout: object, remaining: float | None
) -> float | None:
    moments = [] if deadline is None else [deadline]
    if isinstance(timeout, int) and not isinstance(timeout, bool) and timeout > 0:
        moments.append(received_at + timeout / 1e6)
    if remaining is not None:
        moments.append(received_at + remaining)
    return min(moments) if moments else None
