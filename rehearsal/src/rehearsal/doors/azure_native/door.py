"""The door that the engine takes for the azure-native provider."""

from collections.abc import Mapping

from rehearsal.doors.kind import Door, DoorKind, Opened, Parts

# An update runs many resources at once, and each waits for its own.
_WORKERS = 64


def _make(parts: Parts) -> Door:
    from rehearsal.doors.azure_native.retries import usual_waits
    from rehearsal.doors.azure_native.servicer import AzureNativeServicer
    from rehearsal.doors.pulumi_provider.server import ProviderServer

    return ProviderServer(AzureNativeServicer(parts.arm, usual_waits()), workers=_WORKERS)


def _variables(opened: Opened) -> Mapping[str, str]:
    return {"PULUMI_DEBUG_PROVIDERS": f"azure-native:{opened.port}"}


AZURE_NATIVE = DoorKind(
    name="azure_native",
    title="azure-native",
    address="127.0.0.1:{port}",
    make=_make,
    variables=_variables,
)
