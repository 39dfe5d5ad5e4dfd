"""What stands above resources: metadata, subscriptions, locations, providers."""

from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError
from rehearsal.core.locations import DISPLAY_NAMES, REGIONS
from rehearsal.core.tokens import ARM_AUDIENCE

CLOUD_NAME = "AzureRehearsal"


def metadata(base_url: str) -> dict[str, Any]:
    """`/metadata/endpoints`: where everything of this cloud is."""
    return {
        "name": CLOUD_NAME,
        "portal": base_url,
        "authentication": {
            "loginEndpoint": base_url,
            "audiences": [ARM_AUDIENCE, base_url],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "resourceManager": base_url,
        "microsoftGraphResourceId": base_url,
        "graph": base_url,
        "media": base_url,
        "batch": base_url,
        "sqlManagement": base_url,
        "vmImageAliasDoc": base_url,
        "suffixes": {
            # No DNS name is the rehearsal's: registries are at localhost, on ports of their own.
            "acrLoginServer": "localhost",
            "storage": "localhost",
            "keyVaultDns": "localhost",
            "sqlServerHostname": "localhost",
        },
    }


def subscription(arm: Arm) -> dict[str, Any]:
    """The one subscription."""
    me = arm.world.identity
    return {
        "id": f"/subscriptions/{me.subscription_id}",
        "subscriptionId": me.subscription_id,
        "tenantId": me.tenant_id,
        "displayName": "Rehearsal",
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "Rehearsal",
        },
    }


def locations(arm: Arm) -> dict[str, Any]:
    """The regions."""
    base = f"/subscriptions/{arm.world.identity.subscription_id}/locations"
    return {
        "value": [
            {"id": f"{base}/{name}", "name": name, "displayName": shown, "type": "Region"}
            for name, shown in DISPLAY_NAMES.items()
        ]
    }


def providers(arm: Arm, namespace: str | None = None) -> dict[str, Any]:
    """Resource providers and whether they are registered. Raises ArmError for a namespace that is not there."""
    by_namespace: dict[str, dict[str, Sequence[str]]] = {}
    for kind in arm.types:
        own, _, short = kind.type.partition("/")
        by_namespace.setdefault(own, {})[short] = kind.api_versions
    documents = [_provider(arm, name, kinds) for name, kinds in by_namespace.items()]
    if namespace is None:
        return {"value": documents}
    for document in documents:
        if document["namespace"].lower() == namespace.lower():
            return document
    raise ArmError(
        404, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid."
    )


def _provider(arm: Arm, namespace: str, kinds: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{arm.world.identity.subscription_id}/providers/{namespace}",
        "namespace": namespace,
        "registrationPolicy": "RegistrationRequired",
        "registrationState": arm.world.registrations.state(namespace),
        "resourceTypes": [
            {
                "resourceType": kind,
                "locations": list(REGIONS),
                "apiVersions": sorted(versions, reverse=True),
                "capabilities": "None",
            }
            for kind, versions in kinds.items()
        ],
    }
