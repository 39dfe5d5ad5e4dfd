"""What components refuse, in words of settings: a stack's user has never seen their arguments."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from pydantic.alias_generators import to_camel

from components.errors import worded
from stacks.settings.problems import SettingsError
from stacks.settings.stack import KEYS

_WORKSPACE, _LOCATION = KEYS["workspace"], KEYS["location"]

# Arguments that are no settings of the section, and the setting each is made of: below the section where it
# begins with a dot, the section itself where it is empty, else a key of its own.
_MADE_OF: Mapping[str, str] = {
    "location": _LOCATION,
    "resource_group": KEYS["resource_group"],
    "login_server": _WORKSPACE,
    "registry": _WORKSPACE,
    "pull_identity": _WORKSPACE,
    "base_name": ".name",
    "service_name": ".name",
    "image_name": "",
    "model_name": "",
    "version": "",
    "image_id": ".image",
    "image_setting": ".image",
    "built_here": ".image",
    "insights_connection_string": ".appInsights",
    "primary_key": ".keys.primarySecret",
    "secondary_key": ".keys.secondarySecret",
    "tls.certificate": ".tls.certificateFile",
    "tls.key": ".tls.keySecret",
    "cname": ".tls.cname",
}

_NAMED_BY_USERS = frozenset({"environment", "properties", "secret_environment", "tags"})


def in_settings(section: str) -> AbstractContextManager[None]:
    """Word so what components that are made of this section refuse: `slipway:images.diabetes-image`."""
    return worded(lambda _, problems: str(SettingsError(_by_key(section, problems))))


def key_of(section: str, argument: str) -> str:
    """The setting that an argument is made of."""
    name, bracket, index = argument.partition("[")
    made_of = _MADE_OF.get(name)
    if made_of and not made_of.startswith("."):
        return made_of
    if made_of is None:
        made_of = _camel(name) if name else ""
    return f"{section}{made_of}{bracket}{index}"


def _camel(argument: str) -> str:
    """`smoke_test.request_file` -> `.smokeTest.requestFile`; names that users gave stay as they are."""
    first, *rest = argument.split(".")
    inner = rest if first in _NAMED_BY_USERS else map(to_camel, rest)
    return "".join(f".{step}" for step in (to_camel(first), *inner))


def _by_key(section: str, problems: Mapping[str, str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for argument, why in problems.items():
        key = key_of(section, argument)
        told[key] = f"{told[key]}; and {why}" if key in told else why
    return told
