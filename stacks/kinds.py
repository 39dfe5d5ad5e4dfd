"""The kinds of values that settings have: names, sizes and files, each with what is allowed."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from components.aci_limits import CPU_CORES, MEMORY_GB, Range
from stacks import files
from stacks.regions import normalised


def _matching(pattern: str, rule: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise ValueError(f"must be {rule}, got {value!r}")
        return value

    return AfterValidator(check)


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    if twice := sorted({value for value in values if values.count(value) > 1}):
        raise ValueError(f"must name each once, got {', '.join(twice)} twice")
    return values


def _offered(what: Range) -> AfterValidator:
    def check(value: float) -> float:
        if why := what.refusal(value):
            raise ValueError(why)
        return value

    return AfterValidator(check)


ModelName = Annotated[
    str,
    _matching(
        r"[a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}",
        "1-255 letters, digits, hyphens, dots or underscores, a letter or digit first",
    ),
]
ImageName = Annotated[
    str,
    _matching(
        r"[a-z0-9]([-.a-z0-9]{1,30}[a-z0-9])",
        "3-32 lower-case letters, digits, dots or hyphens, a letter or digit at both ends",
    ),
]
ServiceName = Annotated[
    str,
    _matching(
        r"(?!.*--)[a-z]([-a-z0-9]{1,30}[a-z0-9])",
        "3-32 lower-case letters, digits or single hyphens, a letter first, no hyphen last",
    ),
]
DnsLabel = Annotated[
    str,
    _matching(
        r"[a-z][a-z0-9-]{3,61}[a-z0-9]",
        "5-63 lower-case letters, digits or hyphens, a letter first, no hyphen last",
    ),
]
WorkspaceName = Annotated[
    str, _matching(r"[a-z0-9][a-z0-9-]{0,29}", "1-30 lower-case letters, digits or hyphens")
]
SubnetId = Annotated[
    str,
    _matching(
        r"(?i)/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network"
        r"/virtualNetworks/[^/]+/subnets/[^/]+",
        "the ARM id of a subnet",
    ),
]
ModelId = Annotated[
    str,
    _matching(r"[a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}:[1-9][0-9]*", "name:number, such as diabetes:3"),
]
ModelIds = Annotated[tuple[ModelId, ...], AfterValidator(_each_once)]
CpuCores = Annotated[float, _offered(CPU_CORES)]
MemoryGb = Annotated[float, _offered(MEMORY_GB)]
Region = Annotated[str, AfterValidator(normalised)]
ModelPath = Annotated[Path, AfterValidator(files.model_file)]
EntryScript = Annotated[Path, AfterValidator(files.entry_script)]
CondaFile = Annotated[Path, AfterValidator(files.conda_file)]
Directory = Annotated[Path, AfterValidator(files.directory)]
Certificate = Annotated[Path, AfterValidator(files.certificate)]
