"""Azure's regions, as `az account list-locations` names them.

The rehearsal has the public ones in a table of its own; tests/contracts/test_regions.py compares.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from slipway.rules.rule import Rule

PUBLIC = frozenset(
    {
        "australiacentral",
        "australiacentral2",
        "australiaeast",
        "australiasoutheast",
        "austriaeast",
        "belgiumcentral",
        "brazilsouth",
        "brazilsoutheast",
        "canadacentral",
        "canadaeast",
        "centralindia",
        "centralus",
        "chilecentral",
        "denmarkeast",
        "eastasia",
        "eastus",
        "eastus2",
        "francecentral",
        "francesouth",
        "germanynorth",
        "germanywestcentral",
        "indonesiacentral",
        "israelcentral",
        "italynorth",
        "japaneast",
        "japanwest",
        "jioindiacentral",
        "jioindiawest",
        "koreacentral",
        "koreasouth",
        "malaysiawest",
        "mexicocentral",
        "newzealandnorth",
        "northcentralus",
        "northeurope",
        "norwayeast",
        "norwaywest",
        "polandcentral",
        "qatarcentral",
        "southafricanorth",
        "southafricawest",
        "southcentralus",
        "southeastasia",
        "southindia",
        "spaincentral",
        "swedencentral",
        "swedensouth",
        "switzerlandnorth",
        "switzerlandwest",
        "uaecentral",
        "uaenorth",
        "uksouth",
        "ukwest",
        "westcentralus",
        "westeurope",
        "westindia",
        "westus",
        "westus2",
        "westus3",
    }
)
"""Of the public cloud."""

SOVEREIGN = frozenset(
    {
        "chinaeast",
        "chinaeast2",
        "chinaeast3",
        "chinanorth",
        "chinanorth2",
        "chinanorth3",
        "usdodcentral",
        "usdodeast",
        "usgovarizona",
        "usgovtexas",
        "usgovvirginia",
    }
)
"""Of the clouds for China and for the United States' government."""

REGIONS = PUBLIC | SOVEREIGN

_SHOWN = 3


@dataclass(frozen=True)
class Region(Rule):
    """A region of any Azure cloud; case and spaces do not count, as in `West Europe`."""

    def refusal(self, value: str) -> str | None:
        """Say why it is refused, with the regions near to it, or None."""
        name = _normal(value)
        if name in REGIONS:
            return None
        near = difflib.get_close_matches(name, sorted(REGIONS), n=_SHOWN)
        hint = (
            f"did you mean {_either(near)}?" if near else "`az account list-locations` lists them"
        )
        return f"must be a region of Azure, got {value!r}; {hint}"

    def checked(self, value: str) -> str:
        """`West Europe` as `westeurope`."""
        return _normal(super().checked(value))


def _either(names: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


REGION = Region()


def _normal(location: str) -> str:
    return "".join(location.split()).lower()
