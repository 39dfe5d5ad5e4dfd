"""The data on sizes of virtual machines, made of what `az vm list-skus` prints."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slipway.rules.vm_sizes import by_name


class NotSkus(Exception):
    """This is not what `az vm list-skus` prints; the message says why."""


@dataclass(frozen=True)
class Refreshed:
    """The new data, and what is in it."""

    batches: list[dict[str, Any]]
    read: int
    """Sizes in the output."""
    irregular: Mapping[str, int]
    """Those that do not follow the naming rule, and their vCPU."""


def refreshed(
    batches: Iterable[Mapping[str, Any]], printed: str, *, source: str, date: str
) -> Refreshed:
    """The batches, with what was printed as the newest; what it says of a size is no longer in an older one."""
    found = _sizes(printed)
    irregular = {size: count for size, count in sorted(found.items()) if by_name(size) != count}
    known = {size.casefold() for size in found}
    older = [
        {**batch, "vcpus": left}
        for batch in batches
        if (left := {k: v for k, v in batch["vcpus"].items() if k.casefold() not in known})
    ]
    newest = [{"source": source, "date": date, "vcpus": irregular}] if irregular else []
    return Refreshed([*older, *newest], len(found), irregular)


def _sizes(printed: str) -> dict[str, int]:
    try:
        skus = json.loads(printed)
        found = {
            sku["name"]: _vcpus({each["name"]: each["value"] for each in sku["capabilities"]})
            for sku in skus
            if sku["resourceType"] == "virtualMachines"
        }
    except (ValueError, TypeError, KeyError) as error:
        raise NotSkus(
            "this is not what `az vm list-skus --output json` prints: a list of objects with resourceType, name and "
            f"capabilities ({type(error).__name__}: {error})"
        ) from None
    if not found:
        raise NotSkus("there is no size of a virtual machine in it")
    return found


def _vcpus(capabilities: Mapping[str, str]) -> int:
    """Those that are not switched off, as in constrained sizes."""
    return int(capabilities.get("vCPUsAvailable") or capabilities["vCPUs"])
