"""Reading ARM by id: does this resource exist?"""

from collections.abc import Mapping
from typing import Any

from azure.core import PipelineClient
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, RetryPolicy
from azure.core.rest import HttpRequest

from cloud.arm_ids import TYPES, arm_id
from cloud.credential import credential, subscription_id
from cloud.environment import discover
from cloud.errors import CloudError


class ArmReader:
    """Looks resources up by their id."""

    def __init__(self) -> None:
        environment = discover()
        self._subscription = subscription_id()
        token = BearerTokenCredentialPolicy(
            credential(), f"{environment.audience.rstrip('/')}/.default"
        )
        self._client: PipelineClient[Any, Any] = PipelineClient(
            environment.resource_manager, policies=[RetryPolicy(), token]
        )

    def find(self, type_token: str, inputs: Mapping[str, Any]) -> str | None:
        """The ARM id of the resource these inputs made, or None where Azure has none.

        Raises `CloudError` when ARM cannot be asked: "not found" and "no answer" are not the same.
        """
        identifier = arm_id(type_token, inputs, self._subscription)
        if identifier is None:
            return None
        request = HttpRequest(
            "GET", identifier, params={"api-version": TYPES[type_token].api_version}
        )
        try:
            response = self._client.send_request(request)
            if response.status_code == 404:
                return None
            response.raise_for_status()
        except HttpResponseError as error:
            raise CloudError(f"ARM refused to show {identifier}: {error.message}") from error
        except AzureError as error:
            raise CloudError(f"ARM did not answer for {identifier}: {error}") from error
        return identifier
