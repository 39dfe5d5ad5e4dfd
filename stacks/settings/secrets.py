"""`slipway:secrets`: the one place of secrets. Services refer to them by name."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from slipway.rules.names import SECRET_NAME
from stacks.settings.given import Given
from stacks.settings.problems import below
from stacks.settings.stack import KEYS

SECRETS = "slipway:secrets"

MEANING = (
    "Secret values by name, each set by `pulumi config set --secret --path slipway:secrets.<name>`; "
    "services refer to them by name."
)


def command(name: str, given: Given) -> str:
    """How a secret is set. The value is asked for, or read from a pipe: it is no argument."""
    return f"`pulumi config set{given.of_stack} --secret --path {SECRETS}.{name}`"


def names(given: Given) -> Set[str]:
    """Names of the secrets that there are."""
    return given.names(SECRETS)


def problems(given: Given) -> Iterator[tuple[str, str]]:
    """Secrets in plain text, under a wrong name, or somewhere else."""
    value = given.values.get(SECRETS)
    if value is not None:
        yield from _values(value, given)
        yield from _plain_beside_encrypted(value, given)
    for section in sorted(given.hidden & set(KEYS.values())):
        for key in _encrypted(section, given.written.get(section)):
            yield (
                key,
                f"must hold no secret: remove it by `pulumi config rm{given.of_stack} --path {_quoted(key)}`, set it "
                f"by {command('<name>', given)}, and refer to it by that name (secretEnvironment, keys, tls.keySecret)",
            )


def _encrypted(section: str, written: Any) -> Sequence[str]:
    """The keys that hold a secret as the stack's file has them; the section, where it does not tell."""
    return list(_encrypted_below(section, written)) or [section]


def _encrypted_below(key: str, written: Any) -> Iterator[str]:
    if isinstance(written, Mapping):
        if written.keys() == {"secure"} and isinstance(written["secure"], str):
            yield key
        else:
            for name, value in written.items():
                yield from _encrypted_below(below(key, name), value)
    elif isinstance(written, list):
        for index, value in enumerate(written):
            yield from _encrypted_below(below(key, index), value)


def _quoted(key: str) -> str:
    """As a shell takes it."""
    return f"'{key}'" if set(key) & set('"[]') else key


def _plain_beside_encrypted(value: Any, given: Given) -> Iterator[tuple[str, str]]:
    """Pulumi tells only that something in the map is encrypted; the stack's file tells what is."""
    written = given.written.get(SECRETS)
    if (
        SECRETS not in given.hidden
        or not isinstance(value, Mapping)
        or not isinstance(written, Mapping)
    ):
        return
    for name, text in written.items():
        # Compared, since the values may come from another file than the one that was read.
        if isinstance(text, str) and name in value and str(value[name]) == text:
            yield (
                below(SECRETS, name),
                f"must not be in plain text; set it again by {command(name, given)}",
            )


def _values(value: Any, given: Given) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        yield (
            SECRETS,
            f"must be an object of names and secret texts; set each by {command('<name>', given)}",
        )
        return
    if SECRETS not in given.hidden and value:
        shown = ", ".join(sorted(map(str, value)))
        yield (
            SECRETS,
            f"must not be in plain text, got {shown}; set each again by {command('<name>', given)}",
        )
    for name, text in value.items():
        if why := SECRET_NAME.refusal(str(name)):
            yield below(SECRETS, str(name)), f"as a name {why}"
        if not isinstance(text, str | int | float) or not str(text).strip():
            yield (
                below(SECRETS, name),
                f"must be a text that is not empty; set it by {command(str(name), given)}",
            )
