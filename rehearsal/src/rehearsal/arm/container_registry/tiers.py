"""What a registry of a lower SKU may not have, in the registry's own words."""

from collections.abc import Mapping
from typing import Any

from rehearsal.core.bodies import Fields, Flag, ListOf, Number, Shape, Text, Word
from rehearsal.core.errors import ArmError

_ON = "enabled"
_STATUS = Word((_ON, "disabled"))
_SWITCH = Word(("Enabled", "Disabled"))
PROPERTIES: Mapping[str, Shape] = {
    "anonymousPullEnabled": Flag(),
    "dataEndpointEnabled": Flag(),
    "publicNetworkAccess": _SWITCH,
    "zoneRedundancy": _SWITCH,
    "networkRuleBypassOptions": Word(("AzureServices", "None")),
    "networkRuleSet": Fields(
        {
            "defaultAction": Word(("Allow", "Deny")),
            "ipRules": ListOf(Fields({"action": Word(("Allow",)), "value": Text()})),
        }
    ),
    "encryption": Fields(
        {
            "status": _STATUS,
            "keyVaultProperties": Fields({"keyIdentifier": Text(), "identity": Text()}),
        }
    ),
    "policies": Fields(
        {
            "quarantinePolicy": Fields({"status": _STATUS}),
            "trustPolicy": Fields({"status": _STATUS, "type": Word(("Notary",))}),
            "retentionPolicy": Fields({"status": _STATUS, "days": Number(whole=True)}),
            "exportPolicy": Fields({"status": _STATUS}),
            "azureADAuthenticationAsArmPolicy": Fields({"status": _STATUS}),
            "softDeletePolicy": Fields({"status": _STATUS, "retentionDays": Number(whole=True)}),
        }
    ),
}
"""What of a registry's properties is read here."""


_PREMIUM_POLICIES = {"retentionPolicy": "retention policy", "trustPolicy": "content trust"}


def refuse(sku: str, given: Mapping[str, Any]) -> None:
    """Raises ArmError for what a registry of that SKU does not have.

    Zone redundancy is not among them: Azure now offers it on every SKU.
    """
    if sku == "Basic" and given.get("anonymousPullEnabled"):
        raise ArmError(
            400,
            "AnonymousPullNotSupported",
            "Anonymous pull is not supported for SKU Basic of registries.",
        )
    if sku == "Premium":
        return
    _of_the_network(sku, given)
    encryption, policies = given.get("encryption") or {}, given.get("policies") or {}
    if encryption.get("status") == _ON or encryption.get("keyVaultProperties"):
        raise _only_premium("Encryption", "customer-managed key", sku)
    for name, feature in _PREMIUM_POLICIES.items():
        if (policies.get(name) or {}).get("status") == _ON:
            raise _only_premium(name[0].upper() + name[1:], feature, sku)


def _of_the_network(sku: str, given: Mapping[str, Any]) -> None:
    rules = given.get("networkRuleSet") or {}
    if given.get("publicNetworkAccess") == "Disabled":
        raise ArmError(
            400,
            "DisablingPublicNetworkAccessNotSupported",
            f"Disabling public network access is not supported for the SKU {sku}. For more information, please visit "
            "https://aka.ms/acr/private-link.",
        )
    if rules.get("defaultAction") == "Deny" or rules.get("ipRules"):
        raise ArmError(
            400,
            "NetworkRuleNotSupported",
            f"The requested feature virtual network rule is not supported for the SKU {sku}.",
        )
    if given.get("dataEndpointEnabled"):
        raise _only_premium("DataEndpoint", "data endpoint rule", sku)


def _only_premium(code: str, feature: str, sku: str) -> ArmError:
    return ArmError(
        400,
        f"{code}NotSupported",
        f"The requested feature {feature} is not supported for the SKU {sku}. (rehearsal: Azure refuses it as well, in "
        "words that may differ)",
    )
