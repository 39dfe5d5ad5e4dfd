"""Reading ARM by id: does this resource exist?"""

import time
from collections.abc import Mapping
from typing import Any

from slipway.cloud.arm_client import ArmClient
from slipway.cloud.arm_ids import TYPES, arm_id
from slipway.cloud.credential import subscription_id
from slipway.cloud.errors import CloudError

_DELETION_SECONDS = 15 * 60.0
_PAUSE_SECONDS = 1.0
_LIST_RESOURCES = "2021-04-01"


class ArmReader:
    """Looks resources up by their id."""

    def __init__(self) -> None:
        self._subscription = subscription_id()
        self._client = ArmClient()

    def id_of(self, type_token: str, inputs: Mapping[str, Any]) -> str | None:
        """The ARM id that these inputs lead to, or None where type or inputs do not tell it."""
        return arm_id(type_token, inputs, self._subscription)

    def exists(self, type_token: str, identifier: str) -> bool:
        """Whether Azure has the resource.

        Raises `CloudError` when ARM cannot be asked: "not found" and "no answer" are not the same.
        """
        return self._client.get(identifier, TYPES[type_token].api_version) is not None

    def contents(self, group: str) -> list[str]:
        """Names of what is in a resource group. Raises `CloudError`."""
        listed = self._client.pages(f"{group}/resources", _LIST_RESOURCES)
        return [str(one["name"]) for one in listed]

    def await_end_of_deletion(self, type_token: str, identifier: str) -> None:
        """Return when a deletion that ARM has begun is over; at once where none is under way.

        Raises `CloudError` when ARM cannot be asked, or is still at it after a quarter of an hour.
        """
        deadline = time.monotonic() + _DELETION_SECONDS
        while self._being_deleted(type_token, identifier):
            if time.monotonic() > deadline:
                raise CloudError(f"ARM is still deleting {identifier}: try again when it is gone")
            time.sleep(_PAUSE_SECONDS)

    def _being_deleted(self, type_token: str, identifier: str) -> bool:
        found = self._client.get(identifier, TYPES[type_token].api_version) or {}
        properties = found.get("properties") or {}
        return str(properties.get("provisioningState")).lower() == "deleting"
