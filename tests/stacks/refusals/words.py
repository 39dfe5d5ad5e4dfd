"""What the tests of refusals have in common."""

from typing import Any

from pytest_pulumi.wire import Secret

Cases = dict[str, tuple[dict[str, Any], dict[str, str]]]
"""What is wrong -> (changes to a good configuration, {full key: the sentence, or how it begins})."""

SERVICE = "slipway:services/diabetes"
IMAGE = "slipway:images/diabetes-image"
SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"
USED = {"existing": {"stack": "organization/slipway/platform"}}
SECRETS = Secret({"apiToken": "planted-token"})
SET = "`pulumi config set --stack test --secret --path slipway:secrets.<name>`"


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value
