"""Versions of Kubernetes that Azure Kubernetes Service offers, and until when.

Source: AKS's page "Supported Kubernetes versions" of 2026-08-05, read on 2026-11-29. Where Azure names a month, its
last day counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from slipway.rules.rule import Rule


@dataclass(frozen=True)
class Support:
    """How long a minor version is supported."""

    available: str
    """Month of its general availability."""
    ends: date
    """Last day of community support."""
    long_term_ends: date
    """Last day of long-term support, which the tier Premium has."""


VERSIONS: Mapping[str, Support] = {
    "1.33": Support("2025-06", date(2026, 7, 31), date(2027, 7, 31)),
    "1.34": Support("2025-11", date(2026, 11, 30), date(2027, 11, 30)),
    "1.35": Support("2026-03", date(2027, 3, 31), date(2028, 3, 31)),
    "1.36": Support("2026-06", date(2027, 6, 30), date(2028, 6, 30)),
    "1.37": Support("2026-10", date(2027, 10, 31), date(2028, 10, 31)),
}
DEFAULT = "1.36"
_SOON = 31
_FORM = re.compile(r"(1\.\d{1,3})(\.\d{1,3})?")


def minor(version: str) -> str:
    """`1.36` of `1.36.5`."""
    return ".".join(version.split(".")[:2])


def number(version: str) -> tuple[int, ...]:
    """The version's numbers, to be compared."""
    return tuple(int(part) for part in version.split("."))


class KubernetesVersion(Rule):
    """A minor version, of which Azure takes the newest patch, or a patch version."""

    def refusal(self, value: str) -> str | None:
        """Say why it is refused, or None."""
        if _FORM.fullmatch(value) and minor(value) in VERSIONS:
            return None
        return f"must be one of {told()}, or a patch of one such as {DEFAULT}.5, got {value!r}"


KUBERNETES_VERSION = KubernetesVersion()


def told() -> str:
    """The versions and the last day of each: `1.35 (supported until 2027-03-31)`."""
    return ", ".join(
        f"{version} (supported until {support.ends})" for version, support in VERSIONS.items()
    )


def warning(version: str, today: date) -> str | None:
    """What is to be said of a version whose community support has ended or soon will, if anything."""
    support = VERSIONS.get(minor(version))
    if support is None:
        return f"Azure's support for Kubernetes {version} is not known here: Slipway knows {told()}"
    days = (support.ends - today).days
    if days > _SOON:
        return None
    left = {v: s for v, s in VERSIONS.items() if (s.ends - today).days > _SOON}
    when = "ended" if days < 0 else "ends"
    instead = ", ".join(f"{v} (until {s.ends})" for v, s in left.items()) or "a newer one"
    return (
        f"community support for Kubernetes {minor(version)} {when} on {support.ends}; upgrade to {instead}, "
        "one minor version at a time"
    )
