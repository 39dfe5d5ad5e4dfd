"""Asking ARM with the caller's token: documents by their path, and actions that return something."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from azure.core import PipelineClient
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.core.pipeline.policies import BearerTokenCredentialPolicy
from azure.core.rest import HttpRequest

from slipway.cloud.credential import credential
from slipway.cloud.environment import CloudEnvironment, discover
from slipway.cloud.errors import CloudError, SignInError, first_line
from slipway.cloud.retries import Retries

_MAX_PAGES = 100


class ArmClient:
    """ARM of the Azure that `environment` is."""

    def __init__(self, environment: CloudEnvironment | None = None) -> None:
        environment = environment or discover()
        token = BearerTokenCredentialPolicy(credential(), f"{environment.audience}/.default")
        self._client: PipelineClient[Any, Any] = PipelineClient(
            environment.resource_manager, policies=[Retries(), token]
        )

    def get(
        self, url: str, api_version: str | None = None, query: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """The document at a path, or at the whole URL of a next page; None when there is none.

        Raises CloudError when ARM cannot be asked: "not found" and "no answer" are not the same.
        """
        return self._ask("GET", url, api_version, query or {})

    def pages(
        self, url: str, api_version: str, query: Mapping[str, str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """All items of a list; none when there is no such list. Raises CloudError."""
        page = self.get(url, api_version, query)
        for _ in range(_MAX_PAGES):
            if page is None:
                return
            yield from page.get("value", [])
            page = self.get(page["nextLink"]) if page.get("nextLink") else None

    def post(self, url: str, api_version: str) -> dict[str, Any] | None:
        """What an action without a body returns; None when there is no such resource. Raises CloudError."""
        return self._ask("POST", url, api_version, {})

    def _ask(
        self, method: str, url: str, api_version: str | None, query: Mapping[str, str]
    ) -> dict[str, Any] | None:
        request = HttpRequest(method, self._client.format_url(url))
        versioned = {**query, **({"api-version": api_version} if api_version else {})}
        if versioned:
            request.format_parameters({name: quote(versioned[name]) for name in versioned})
        try:
            response = self._client.send_request(request)
            if response.status_code == 404:
                return None
            response.raise_for_status()
        except ClientAuthenticationError as error:
            raise SignInError(
                f"No token for ARM: {first_line(error)} Run `az login`, or set ARM_TENANT_ID, "
                "ARM_CLIENT_ID and ARM_CLIENT_SECRET."
            ) from error
        except HttpResponseError as error:
            said = error.error.message if error.error else error.message
            raise CloudError(f"ARM refused the request for {url}: {said}") from error
        except AzureError as error:
            raise CloudError(f"ARM did not answer for {url}: {first_line(error)}") from error
        return dict(response.json())
