"""What users decide about a service on Azure Container Instances: the one list of its settings.

`AciServiceArgs` adds what a program wires; a stack's settings are made of it (stacks/settings/aci.py).
"""

from dataclasses import dataclass
from typing import Annotated

import pulumi

from components.arguments import got
from components.service_options import ServiceOptions, Spelling, as_in_python
from slipway.rules.arm_ids import SUBNET_ID
from slipway.rules.names import DNS_LABEL
from slipway.rules.ranges import Range

# What there is for one Linux container group, in any region. A region may offer less, and more than 4 cores or 16 GB
# needs a raised quota; Azure then says so.
CPU_CORES = Range(1, 31, 0.01, "Azure Container Instances")
MEMORY_GB = Range(1, 240, 0.1, "Azure Container Instances")


@dataclass(frozen=True, kw_only=True)
class AciOptions(ServiceOptions):
    """A service on Azure Container Instances."""

    cpu_cores: Annotated[float, CPU_CORES] = 1
    """CPU cores. A change replaces the service."""
    memory_gb: Annotated[float, MEMORY_GB] = 1
    """Gigabytes of memory. A change replaces the service."""
    dns_name_label: Annotated[pulumi.Input[str], DNS_LABEL] | None = None
    """First label of the public name, unique within the region. Not for a service in a subnet."""
    subnet_id: Annotated[pulumi.Input[str], SUBNET_ID] | None = None
    """ARM id of a subnet delegated to container groups; the address is then private, and the internet is reached only
    where the subnet has a NAT gateway. A change replaces the service."""

    def conflicts(self, spelling: Spelling = as_in_python) -> dict[str, str]:
        """As for every service; and a private address has no public name."""
        found = super().conflicts(spelling)
        if self.subnet_id is not None and self.dns_name_label is not None:
            found["dns_name_label"] = (
                f"must not be given beside {spelling('subnet_id')}: a private address has no public "
                f"name{got(self.dns_name_label)}"
            )
        return found
