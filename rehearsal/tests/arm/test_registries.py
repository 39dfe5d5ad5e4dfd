"""What registries of the lower SKUs may not have."""

import pytest

from rehearsal.core.errors import ArmError

REGISTRY = "Microsoft.ContainerRegistry/registries"
KEY = {"keyIdentifier": "https://v.vault.azure.net/keys/k", "identity": "i"}
# By the code that refuses it on a lower SKU.
PREMIUM = {
    "DisablingPublicNetworkAccessNotSupported": {"publicNetworkAccess": "disabled"},
    "NetworkRuleNotSupported": {"networkRuleSet": {"defaultAction": "Deny"}},
    "NetworkRuleNotSupported by addresses": {"networkRuleSet": {"ipRules": [{"value": "1.2.3.4"}]}},
    "DataEndpointNotSupported": {"dataEndpointEnabled": True},
    "EncryptionNotSupported": {"encryption": {"status": "enabled"}},
    "EncryptionNotSupported by a key": {"encryption": {"keyVaultProperties": KEY}},
    "RetentionPolicyNotSupported": {"policies": {"retentionPolicy": {"status": "enabled"}}},
    "TrustPolicyNotSupported": {"policies": {"trustPolicy": {"Status": "Enabled"}}},
}
# What azure-native sends unless told otherwise, and what Azure has for every SKU by now.
EVERYWHERE = {
    "publicNetworkAccess": "Enabled",
    "networkRuleBypassOptions": "AzureServices",
    "networkRuleSet": {"defaultAction": "Allow", "ipRules": []},
    "zoneRedundancy": "Enabled",
    "dataEndpointEnabled": False,
    "encryption": {"status": "disabled"},
    "policies": {
        "exportPolicy": {"status": "enabled"},
        "retentionPolicy": {"status": "disabled", "days": 7},
        "trustPolicy": {"status": "disabled", "type": "Notary"},
    },
}


@pytest.fixture
def make(rehearsal):
    rehearsal.resource_group()

    def put(sku, properties, name="webreg"):
        body = {"location": "westeurope", "sku": {"name": sku}, "properties": properties}
        return rehearsal.put(rehearsal.id(REGISTRY, name), body)["properties"]

    return put


@pytest.mark.parametrize("sku", ["Basic", "Standard"])
@pytest.mark.parametrize("case", PREMIUM)
def test_what_only_premium_has_is_refused(make, sku, case):
    with pytest.raises(ArmError) as told:
        make(sku, PREMIUM[case])
    assert (told.value.status, told.value.code) == (400, case.partition(" ")[0])
    assert f"not supported for the SKU {sku}." in told.value.message


@pytest.mark.parametrize("case", PREMIUM)
def test_premium_has_it(make, case):
    properties = make("Premium", PREMIUM[case])
    assert next(iter(PREMIUM[case])) in properties


@pytest.mark.parametrize("sku", ["Basic", "Standard", "Premium"])
def test_what_all_have_is_taken(make, sku):
    assert make(sku, EVERYWHERE)["zoneRedundancy"] == "Enabled"


def test_anonymous_pull_begins_with_standard(make):
    with pytest.raises(ArmError) as told:
        make("Basic", {"anonymousPullEnabled": True})
    assert told.value.code == "AnonymousPullNotSupported"
    assert make("Standard", {"anonymousPullEnabled": True})["anonymousPullEnabled"] is True


def test_a_registry_that_uses_premium_keeps_it(make):
    make("Premium", {"publicNetworkAccess": "Disabled"})
    with pytest.raises(ArmError) as told:
        make("Basic", {"publicNetworkAccess": "Disabled"})
    assert told.value.code == "DisablingPublicNetworkAccessNotSupported"
