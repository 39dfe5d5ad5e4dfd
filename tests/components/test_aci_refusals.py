"""What an `AciService` is not built from."""

import pytest

from components.errors import InvalidArgs
from components.service_options import SmokeTestOptions

SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"
TAG = "reg.azurecr.io/images/diabetes-image:7"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"image": TAG}, f"image must end in @sha256:<64 hex digits>, got {TAG!r}"),
        (
            {"service_name": "a--b"},
            "service_name must be 1-63 lower-case letters, digits or single hyphens, with no "
            "hyphen at either end, got 'a--b'",
        ),
        (
            {"cpu_cores": 0.5},
            "cpu_cores must be 1 to 31 in steps of 0.01 on Azure Container Instances, got 0.5",
        ),
        (
            {"memory_gb": 241},
            "memory_gb must be 1 to 240 in steps of 0.1 on Azure Container Instances, got 241",
        ),
        (
            {"dns_name_label": "Iris"},
            "dns_name_label must be 5-63 lower-case letters, digits or hyphens, beginning with a letter "
            "and not ending with a hyphen, got 'Iris'",
        ),
        (
            {"subnet_id": SUBNET},
            "dns_name_label must not be given beside subnet_id: a private address has no public name, "
            "got 'diabetes-dev'",
        ),
        (
            {"subnet_id": "mine", "dns_name_label": None},
            "subnet_id must be the ARM id of a subnet "
            "(/subscriptions/…/virtualNetworks/…/subnets/…), got 'mine'",
        ),
        (
            {"environment": {"a b": "1"}},
            "environment must have names of 1-63 letters, digits or underscores, beginning with a letter and "
            "not ending with an underscore, got 'a b'",
        ),
        (
            {"environment": {"SLIPWAY_PRIMARY_KEY": "k"}},
            "environment must not set SLIPWAY_PRIMARY_KEY: the service sets it",
        ),
        (
            {"secret_environment": {"a b": "planted"}},
            "secret_environment must have names of 1-63 letters, digits or underscores, beginning with a "
            "letter and not ending with an underscore, got 'a b'",
        ),
        (
            {"environment": {"A": "1"}, "secret_environment": {"A": "planted"}},
            "secret_environment must not set A: the plain environment sets it too",
        ),
        (
            {"auth": True, "primary_key": "k"},
            "primary_key and secondary_key come together or not at all",
        ),
        (
            {"primary_key": "k", "secondary_key": "l"},
            "primary_key and secondary_key have no effect without auth",
        ),
        (
            {"auth": True, "primary_key": "", "secondary_key": "l"},
            "primary_key must be a text that is not empty",
        ),
        (
            {"auth": True, "primary_key": "k", "secondary_key": " \n"},
            "secondary_key must be a text that is not empty",
        ),
        ({"cname": "a.example"}, "cname has no effect without tls, got 'a.example'"),
        ({"startup_seconds": 0}, "startup_seconds must be 1 to 3600, got 0"),
        (
            {"smoke_test": SmokeTestOptions(deadline_seconds=0)},
            "smoke_test.deadline_seconds must be 1 to 3600, got 0",
        ),
    ],
)
def test_refuses_at_construction(aci_arguments, changes, said):
    with pytest.raises(InvalidArgs) as refusal:
        aci_arguments(**changes)
    assert str(refusal.value) == f"AciServiceArgs: {said}"


def test_refuses_everything_at_once(aci_arguments):
    with pytest.raises(InvalidArgs) as refusal:
        aci_arguments(cpu_cores=0, memory_gb=0, dns_name_label="A")
    assert set(refusal.value.problems) == {"cpu_cores", "memory_gb", "dns_name_label"}
