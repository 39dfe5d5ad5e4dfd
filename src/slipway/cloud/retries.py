"""How often Azure is asked again, and after how long: one policy for ARM, Microsoft's clients and registries."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import RetryPolicy
from azure.core.rest import HttpRequest, HttpResponse

from slipway.cloud.patience import PATIENCE
from slipway.cloud.waits import usual_waits

# A server that cannot be reached at all is asked again within a second or two.
_RECONNECTIONS = 3
_RECONNECT_FACTOR = 0.2


class Retries(RetryPolicy[HttpRequest, HttpResponse]):
    """Asks again what was answered with 429 or 5xx: after as long as `Retry-After` says, else after those waits."""

    def __init__(self, waits: Sequence[float] | None = None) -> None:
        self._waits = usual_waits() if waits is None else waits
        super().__init__(
            retry_total=max(_RECONNECTIONS, len(self._waits)),
            retry_connect=_RECONNECTIONS,
            retry_read=_RECONNECTIONS,
            retry_status=len(self._waits),
            retry_backoff_factor=_RECONNECT_FACTOR,
        )

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        """Also whatever was throttled: nothing of it was done, whichever method it has."""
        throttled = response.http_response.status_code == HTTPStatus.TOO_MANY_REQUESTS
        return bool(self._waits) and (throttled or super().is_retry(settings, response))

    def get_backoff_time(self, settings: dict[str, Any]) -> float:
        """Seconds until the next attempt."""
        answers = [one for one in settings["history"] if one.http_response is not None]
        if not answers or settings["history"][-1] is not answers[-1]:
            return float(super().get_backoff_time(settings))
        return self._waits[min(len(answers), len(self._waits)) - 1]

    def sleep(
        self,
        settings: dict[str, Any],
        transport: Any,
        response: PipelineResponse[HttpRequest, HttpResponse] | None = None,
    ) -> None:
        """Wait, so that the user can end it. Raises StoppedError."""
        asked = self.get_retry_after(response) if response is not None else None
        seconds = self.get_backoff_time(settings) if asked is None else asked
        # A server that cannot be reached is asked again before anybody wonders, and then the error says so.
        PATIENCE.wait(seconds, _why(settings, response), told=response is not None)


def _why(
    settings: dict[str, Any], response: PipelineResponse[HttpRequest, HttpResponse] | None
) -> str:
    request = settings["history"][-1].http_request
    where = urlsplit(request.url)
    asked = f"{request.method} {where.path}"  # without the query: there may be tokens in it
    if response is None:
        return f"{where.netloc} did not answer {asked}"
    status = response.http_response.status_code
    return f"{where.netloc} answered {asked} with {status} {_phrase(status)}".rstrip()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
