"""Azure's regions, as `az account list-locations` names them."""

import difflib

PUBLIC = (
    "australiacentral", "australiacentral2", "australiaeast", "australiasoutheast", "austriaeast",
    "belgiumcentral", "brazilsouth", "brazilsoutheast", "canadacentral", "canadaeast",
    "centralindia", "centralus", "chilecentral", "denmarkeast", "eastasia", "eastus", "eastus2", "francecentral",
    "francesouth", "germanynorth", "germanywestcentral", "indonesiacentral", "israelcentral",
    "italynorth", "japaneast", "japanwest", "jioindiacentral", "jioindiawest", "koreacentral",
    "koreasouth", "malaysiawest", "mexicocentral", "newzealandnorth", "northcentralus",
    "northeurope", "norwayeast", "norwaywest", "polandcentral", "qatarcentral", "southafricanorth",
    "southafricawest", "southcentralus", "southeastasia", "southindia", "spaincentral",
    "swedencentral", "swedensouth", "switzerlandnorth", "switzerlandwest", "uaecentral", "uaenorth",
    "uksouth", "ukwest", "westcentralus", "westeurope", "westindia", "westus", "westus2", "westus3",
)  # fmt: skip
SOVEREIGN = (
    "chinaeast", "chinaeast2", "chinaeast3", "chinanorth", "chinanorth2", "chinanorth3",
    "usdodcentral", "usdodeast", "usgovarizona", "usgovtexas", "usgovvirginia",
)  # fmt: skip
REGIONS = frozenset(PUBLIC + SOVEREIGN)


def normalised(location: str) -> str:
    """`West Europe` is `westeurope`; raises `ValueError` for what is no region of any Azure cloud."""
    name = "".join(location.split()).lower()
    if name in REGIONS:
        return name
    near = difflib.get_close_matches(name, sorted(REGIONS), n=3, cutoff=0.6)
    hint = f"near it: {', '.join(near)}" if near else "`az account list-locations` lists them"
    raise ValueError(f"must be a region of Azure, got {location!r} ({hint})")
