"""What Slipway lets a service be called, and have, is what Container Instances, as the rehearsal has it, takes."""

import pytest

from components.aci.options import CPU_CORES, MEMORY_GB
from rehearsal.arm.container_instance import checks
from rehearsal.core.errors import ArmError
from slipway.rules.names import DNS_LABEL, SERVICE_NAME, VARIABLE_NAME

NAMES = ["a", "ab", "1abc", "a-b", "x" * 63, "", "-a", "a-", "a--b", "A", "a.b", "a_b", "x" * 64]
LABELS = ["abcde", "a-b-c", "x" * 63, "abcd", "1abcd", "abcd-", "Abcde", "a_b_c", "x" * 64]
VARIABLES = ["A", "A__B", "A_1", "a1", "x" * 63]
REFUSED_VARIABLES = ["_a", "A_", "x" * 64, "", "A.B"]


def accepts(name="service", label="a-label", variable="NAME", cpu=1, memory=1):
    """Whether a group is taken with this name, label, variable and size."""
    properties = {
        "osType": "Linux",
        "containers": [
            {
                "name": "scoring",
                "properties": {
                    "image": "reg/i:1",
                    "ports": [{"port": 5001}],
                    "resources": {"requests": {"cpu": cpu, "memoryInGB": memory}},
                    "environmentVariables": [{"name": variable, "value": "1"}],
                },
            }
        ],
        "ipAddress": {"type": "Public", "ports": [{"port": 5001}], "dnsNameLabel": label},
    }
    try:
        checks.check(name, "westeurope", properties)
    except ArmError:
        return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_names_of_services(name):
    assert accepts(name=name) == SERVICE_NAME.allows(name)


@pytest.mark.parametrize("label", LABELS)
def test_labels_of_public_names(label):
    assert accepts(label=label) == DNS_LABEL.allows(label)


@pytest.mark.parametrize("cores", [0.5, 0.99, 1, 1.01, 30.99, 31, 31.01, 32])
def test_cores(cores):
    assert accepts(cpu=cores) == (CPU_CORES.refusal(cores) is None)


@pytest.mark.parametrize("gigabytes", [0.5, 0.9, 1, 1.1, 239.9, 240, 240.1, 256])
def test_memory(gigabytes):
    assert accepts(memory=gigabytes) == (MEMORY_GB.refusal(gigabytes) is None)


@pytest.mark.parametrize("variable", VARIABLES)
def test_names_of_variables(variable):
    """Slipway's are narrower: what every target takes."""
    assert VARIABLE_NAME.allows(variable)
    assert accepts(variable=variable)


@pytest.mark.parametrize("variable", REFUSED_VARIABLES)
def test_names_of_variables_that_azure_refuses(variable):
    assert not VARIABLE_NAME.allows(variable)
    assert not accepts(variable=variable)
