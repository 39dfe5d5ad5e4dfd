"""What an `AciService` cannot be built from, said before anything is registered."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from components.aci_limits import CPU_CORES, MEMORY_GB
from components.image_ref import unpinned

if TYPE_CHECKING:
    from components.aci_service import AciServiceArgs

# Azure: letters, digits and single hyphens, at most 63.
_GROUP_NAME = re.compile(r"(?!.*--)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_DNS_LABEL = re.compile(r"[a-z][a-z0-9-]{3,61}[a-z0-9]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# Ours: the scoring server reads its keys and its telemetry's address from these.
PRIMARY_KEY, SECONDARY_KEY = "SLIPWAY_PRIMARY_KEY", "SLIPWAY_SECONDARY_KEY"
INSIGHTS = "APPLICATIONINSIGHTS_CONNECTION_STRING"
_RESERVED = frozenset({PRIMARY_KEY, SECONDARY_KEY, INSIGHTS})


def refusals(args: "AciServiceArgs") -> list[tuple[str, str | None]]:
    """Argument and what is wrong with it, if anything."""
    return [
        ("service_name", _mismatch(_GROUP_NAME, args.service_name, "1-63 lower-case letters, "
         "digits or single hyphens, with no hyphen at either end")),
        ("image", unpinned(args.image) if isinstance(args.image, str) else None),
        ("cpu_cores", CPU_CORES.refusal(args.cpu_cores)),
        ("memory_gb", MEMORY_GB.refusal(args.memory_gb)),
        ("dns_label", _dns_refusal(args)),
        ("environment", _environment_refusal(args.environment)),
        ("primary_key", _keys_refusal(args)),
        ("cname", "needs tls: without it nothing is certified" if args.cname and not args.tls
         else None),
    ]  # fmt: skip


def _mismatch(pattern: re.Pattern[str], value: str, rule: str) -> str | None:
    return None if pattern.fullmatch(value) else f"must be {rule}, got {value!r}"


def _dns_refusal(args: "AciServiceArgs") -> str | None:
    if args.dns_label is None:
        return None
    if args.subnet_id is not None:
        return (
            f"cannot be given with subnet_id: a private address has no name, got {args.dns_label!r}"
        )
    return _mismatch(
        _DNS_LABEL, args.dns_label, "5-63 lower-case letters, digits or hyphens, a letter first"
    )


def _environment_refusal(environment: Mapping[str, str]) -> str | None:
    wrong = sorted(name for name in environment if not _VARIABLE.fullmatch(name))
    if wrong:
        return f"must have names of letters, digits and underscores, got {', '.join(wrong)}"
    taken = sorted(_RESERVED & set(environment))
    return f"must not set {', '.join(taken)}: the service sets it" if taken else None


def _keys_refusal(args: "AciServiceArgs") -> str | None:
    given = [key is not None for key in (args.primary_key, args.secondary_key)]
    if any(given) and not args.auth:
        return "and secondary_key need auth: nobody would ask for them"
    return None if all(given) or not any(given) else "and secondary_key come together or not at all"
