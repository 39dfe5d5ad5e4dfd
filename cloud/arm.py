"""Reading ARM by id: does this resource exist?"""

from collections.abc import Mapping
from typing import Any

from cloud.arm_client import ArmClient
from cloud.arm_ids import TYPES, arm_id
from cloud.credential import subscription_id


class ArmReader:
    """Looks resources up by their id."""

    def __init__(self) -> None:
        self._subscription = subscription_id()
        self._client = ArmClient()

    def find(self, type_token: str, inputs: Mapping[str, Any]) -> str | None:
        """The ARM id of the resource these inputs made, or None where Azure has none.

        Raises `CloudError` when ARM cannot be asked: "not found" and "no answer" are not the same.
        """
        identifier = arm_id(type_token, inputs, self._subscription)
        if identifier is None:
            return None
        found = self._client.get(identifier, TYPES[type_token].api_version)
        return None if found is None else identifier
