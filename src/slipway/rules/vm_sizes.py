"""How many vCPU a virtual machine of Azure has: by the naming rule, with what does not follow it as data.

The first number in a size's name is its vCPU, or the number behind a hyphen where some of them are switched off
(`Standard_E64-16s_v5`). The families before that rule are listed in `vm_sizes.json`, which
`slipway sizes refresh` brings up to date.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from slipway.rules.rule import Rule

DATA = Path(__file__).with_name("vm_sizes.json")
"""Sizes that do not follow the naming rule, each batch with its source and date."""

_FAMILIES = "A|B|D|DC|DS|E|EC|F|FX|G|GS|H|HB|HC|HX|L|M|NC|ND|NG|NP|NV|PB"
_SIZE = re.compile(
    rf"Standard_(?P<family>{_FAMILIES})(?P<vcpus>\d+)(-(?P<usable>\d+))?[a-z]*(?P<more>(_[A-Za-z0-9]+)*)",
    re.IGNORECASE,
)
# The number in a name of these counts sizes, not vCPU: what is not in the data is not known.
_BEFORE_THE_RULE = re.compile(r"Standard_(A\d+|DS?\d+(_v2)?|GS?\d+)(_Promo)?", re.IGNORECASE)
# GPU, and FPGA, which Azure's own list counts as GPU.
_ACCELERATED = re.compile(r"Standard_(N[A-Z]|PB)\d.*", re.IGNORECASE)


def vcpus(size: str) -> int | None:
    """The vCPU of a size that a pod can use; None of a size that is not known."""
    listed = _listed().get(size.casefold())
    return listed if listed is not None else by_name(size)


def by_name(size: str) -> int | None:
    """The vCPU that the naming rule reads in a size's name; None where it reads none."""
    found = _SIZE.fullmatch(size)
    if found is None or _BEFORE_THE_RULE.fullmatch(size):
        return None
    return int(found["usable"] or found["vcpus"])


def is_accelerated(size: str) -> bool:
    """Whether machines of this size have GPUs or FPGAs."""
    return _ACCELERATED.fullmatch(size) is not None


def batches(path: Path = DATA) -> list[dict[str, Any]]:
    """The data as the file holds it: a later batch counts before an earlier one."""
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def _listed() -> Mapping[str, int]:
    return {size.casefold(): count for batch in batches() for size, count in batch["vcpus"].items()}


class VmSize(Rule):
    """The name of a size, as Azure spells it."""

    def refusal(self, value: str) -> str | None:
        """Say why it is refused, or None."""
        if re.fullmatch(r"(Standard|Basic)_[A-Za-z0-9_-]{1,60}", value):
            return None
        return f"must be a size of Azure's virtual machines such as Standard_D3_v2, got {value!r}"


VM_SIZE = VmSize()


def unknown(size: str) -> str:
    """The refusal of a size of which the vCPU is not known."""
    return (
        f"must be a size whose vCPU is known, got {size!r}; state them by vcpus beside it, or bring the table up to "
        "date: `az vm list-skus --resource-type virtualMachines --output json | slipway sizes refresh`"
    )
