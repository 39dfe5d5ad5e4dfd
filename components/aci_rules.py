"""What a container group that serves a model cannot be built from, said before anything is registered."""

import re
from collections.abc import Mapping

# Azure: letters, digits and single hyphens, at most 63.
_GROUP_NAME = re.compile(r"(?!.*--)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_DNS_LABEL = re.compile(r"[a-z][a-z0-9-]{3,61}[a-z0-9]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# Ours: the scoring server reads its keys and its telemetry's address from these.
PRIMARY_KEY, SECONDARY_KEY = "SLIPWAY_PRIMARY_KEY", "SLIPWAY_SECONDARY_KEY"
INSIGHTS = "APPLICATIONINSIGHTS_CONNECTION_STRING"
_RESERVED = frozenset({PRIMARY_KEY, SECONDARY_KEY, INSIGHTS})


def service_name(value: str) -> str | None:
    """What is wrong with the container group's name, if anything."""
    rule = "1-63 lower-case letters, digits or single hyphens, with no hyphen at either end"
    return _mismatch(_GROUP_NAME, value, rule)


def dns_label(value: str | None, *, subnet_id: str | None) -> str | None:
    """What is wrong with the first label of the public name, if anything."""
    if value is None:
        return None
    if subnet_id is not None:
        return f"cannot be given with subnet_id: a private address has no name, got {value!r}"
    return _mismatch(
        _DNS_LABEL, value, "5-63 lower-case letters, digits or hyphens, a letter first"
    )


def environment(variables: Mapping[str, str]) -> str | None:
    """What is wrong with the plain variables, if anything."""
    wrong = sorted(name for name in variables if not _VARIABLE.fullmatch(name))
    if wrong:
        return f"must have names of letters, digits and underscores, got {', '.join(wrong)}"
    taken = sorted(_RESERVED & set(variables))
    return f"must not set {', '.join(taken)}: the service sets it" if taken else None


def own_keys(primary: object, secondary: object, *, auth: bool) -> str | None:
    """What is wrong with which keys were given, if anything; None is not given."""
    given = [key is not None for key in (primary, secondary)]
    if any(given) and not auth:
        return "and secondary_key need auth: nobody would ask for them"
    return None if all(given) or not any(given) else "and secondary_key come together or not at all"


def cname(value: str | None, *, tls: bool) -> str | None:
    """What is wrong with the name in the certificate, if anything."""
    return "needs tls: without it nothing is certified" if value and not tls else None


def _mismatch(pattern: re.Pattern[str], value: str, rule: str) -> str | None:
    return None if pattern.fullmatch(value) else f"must be {rule}, got {value!r}"
