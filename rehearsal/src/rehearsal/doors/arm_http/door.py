"""The door of Azure Resource Manager: what Microsoft's own clients talk to."""

from collections.abc import Mapping

from rehearsal.doors.kind import Door, DoorKind, Opened, Parts


def _make(parts: Parts) -> Door:
    from rehearsal.doors.arm_http.server import ArmDoor

    return ArmDoor(parts.arm, parts.tls)


def _variables(opened: Opened) -> Mapping[str, str]:
    me = opened.identity
    return {
        "ARM_METADATA_HOSTNAME": f"https://localhost:{opened.port}",
        "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
        "ARM_TENANT_ID": me.tenant_id,
        "ARM_SUBSCRIPTION_ID": me.subscription_id,
        "ARM_CLIENT_ID": me.client_id,
        "ARM_CLIENT_SECRET": me.client_secret,
        "SSL_CERT_FILE": str(opened.trust),
        "REQUESTS_CA_BUNDLE": str(opened.trust),
    }


ARM = DoorKind(
    name="arm",
    title="ARM",
    address="https://localhost:{port}",
    make=_make,
    variables=_variables,
)
