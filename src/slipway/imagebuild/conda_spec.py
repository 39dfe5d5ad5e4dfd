"""One line of a conda file's `dependencies`: name, version, build."""

import re
from dataclasses import dataclass

_LINE = re.compile(
    r"^(?:(?P<channel>[\w./-]+)::)?(?P<name>[A-Za-z0-9_.-]+?)\s*(?P<rest>(?:[=<>!~\s].*)?)$"
)
_COMPARISON = re.compile(r"^(==|!=|>=|<=|~=|>|<)\s*([\w.*+!]+)$")
_PLAIN = re.compile(r"^[\w.*+!]+$")


@dataclass(frozen=True)
class CondaSpec:
    """A conda package and its version in PEP 440's form (`==1.2.*`, `>=1,<2`, or empty)."""

    name: str
    version: str
    build: str


def parse(line: str) -> CondaSpec:
    """Read `name`, `name=1.2`, `name==1.2.3`, `name>=1,<2`, `name=1.2=build` or `channel::name ...`.

    Raises ValueError with a sentence for what has no PEP 440 form.
    """
    match = _LINE.match(line.strip())
    if match is None or "[" in line:
        raise ValueError(
            f"{line!r} is not a conda package: write it as name, name=1.2 or name>=1,<2"
        )
    rest, build = _without_build(match["rest"].strip())
    if "|" in rest:
        raise ValueError(
            f"{line!r} allows alternatives ('|'), which pip has no form for: name one version"
        )
    return CondaSpec(match["name"].lower(), _pep440(rest, line), build)


def _without_build(rest: str) -> tuple[str, str]:
    """Split `=1.2=py36_0` and `1.2 py36_0` into version and build."""
    by_equals = re.match(r"^=(?!=)\s*([^=<>!~,\s]+)=([\w.*]+)$", rest)
    if by_equals:
        # With a build string conda means exactly this version.
        return f"=={by_equals[1]}", by_equals[2]
    by_space = re.match(r"^([\w.*]+)\s+([\w.*]+)$", rest)
    return (f"=={by_space[1]}", by_space[2]) if by_space else (rest, "")


def _pep440(rest: str, line: str) -> str:
    parts = [part.strip() for part in rest.split(",") if part.strip()]
    return ",".join(_one(part, line) for part in parts if part != "*")


def _one(part: str, line: str) -> str:
    if re.match(r"^=(?!=)", part):
        return _prefix(part[1:].strip(), line)
    if _PLAIN.match(part):
        return _prefix(part, line) if part.endswith("*") else f"=={part}"
    comparison = _COMPARISON.match(part)
    if comparison is None:
        raise ValueError(
            f"{line!r} has a version that cannot be read ({part!r}): write name=1.2 or name>=1,<2"
        )
    return f"{comparison[1]}{comparison[2]}"


def _prefix(version: str, line: str) -> str:
    """Conda's `=1.2` is "1.2 or any 1.2.x"."""
    stem = version.rstrip("*").rstrip(".")
    if not stem or not _PLAIN.match(stem):
        raise ValueError(
            f"{line!r} has a version that cannot be read ({version!r}): write name=1.2"
        )
    return f"=={stem}.*"
