"""What an `AciService` is not built from."""

import pytest

from components.errors import InvalidArgs

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
            {"dns_label": "Iris"},
            "dns_label must be 5-63 lower-case letters, digits or hyphens, a letter first, "
            "got 'Iris'",
        ),
        (
            {"subnet_id": "/subnet"},
            "dns_label cannot be given with subnet_id: a private address has no name, "
            "got 'diabetes-dev'",
        ),
        (
            {"environment": {"a b": "1"}},
            "environment must have names of letters, digits and underscores, got a b",
        ),
        (
            {"environment": {"SLIPWAY_PRIMARY_KEY": "k"}},
            "environment must not set SLIPWAY_PRIMARY_KEY: the service sets it",
        ),
        (
            {"auth": True, "primary_key": "k"},
            "primary_key and secondary_key come together or not at all",
        ),
        (
            {"primary_key": "k", "secondary_key": "l"},
            "primary_key and secondary_key need auth: nobody would ask for them",
        ),
        ({"cname": "a.example"}, "cname needs tls: without it nothing is certified"),
    ],
)
def test_refuses_at_construction(aci_arguments, changes, said):
    with pytest.raises(InvalidArgs) as refusal:
        aci_arguments(**changes)
    assert str(refusal.value) == f"AciServiceArgs: {said}"


def test_refuses_everything_at_once(aci_arguments):
    with pytest.raises(InvalidArgs) as refusal:
        aci_arguments(cpu_cores=0, memory_gb=0, dns_label="A")
    assert set(refusal.value.problems) == {"cpu_cores", "memory_gb", "dns_label"}
