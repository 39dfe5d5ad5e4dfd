"""Reading from ARM: one GET, with the caller's token."""

from typing import Any

from azure.core import PipelineClient
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, RetryPolicy
from azure.core.rest import HttpRequest

from slipway.cloud.credential import credential
from slipway.cloud.environment import CloudEnvironment, discover
from slipway.cloud.errors import CloudError

_RETRIES = 3


class ArmClient:
    """ARM of the Azure that `environment` is."""

    def __init__(self, environment: CloudEnvironment | None = None) -> None:
        environment = environment or discover()
        token = BearerTokenCredentialPolicy(credential(), f"{environment.audience}/.default")
        self._client: PipelineClient[Any, Any] = PipelineClient(
            environment.resource_manager, policies=[RetryPolicy(retry_total=_RETRIES), token]
        )

    def get(self, url: str, api_version: str | None = None) -> dict[str, Any] | None:
        """The document at a path, or at the whole URL of a next page; None when there is none.

        Raises CloudError when ARM cannot be asked: "not found" and "no answer" are not the same.
        """
        request = HttpRequest("GET", self._client.format_url(url))
        if api_version is not None:
            request.format_parameters({"api-version": api_version})
        try:
            response = self._client.send_request(request)
            if response.status_code == 404:
                return None
            response.raise_for_status()
        except ClientAuthenticationError as error:
            raise CloudError(f"No token for ARM: {_first_line(error)}") from error
        except HttpResponseError as error:
            raise CloudError(f"ARM refused to show {url}: {error.message}") from error
        except AzureError as error:
            raise CloudError(f"ARM did not answer for {url}: {_first_line(error)}") from error
        return dict(response.json())


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
