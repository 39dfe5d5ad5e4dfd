"""What the engine takes for azure-native."""

from rehearsal.core.arm import Arm
from rehearsal.doors.azure_native.servicer import AzureNativeServicer
from rehearsal.doors.pulumi_provider.door import ProviderDoor

_WORKERS = 64


class AzureNativeDoor(ProviderDoor):
    """On the ARM core."""

    def __init__(self, arm: Arm) -> None:
        super().__init__(AzureNativeServicer(arm), workers=_WORKERS)
