"""What Check refuses: arguments that docker-build does not have, lacks or cannot use, and what the rehearsal lacks."""

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi_docker_build

from rehearsal.builders import dockerfile
from rehearsal.builders.request import BuildError
from rehearsal.distribution.reference import is_tag_reference
from rehearsal.doors.docker_build.context_hash import context_folder, dockerfile_path
from rehearsal.doors.pulumi_provider import arguments
from rehearsal.doors.pulumi_provider.shapes import Object
from rehearsal.doors.pulumi_provider.values import (
    has_unknown,
    is_unknown,
    known_list,
    known_object,
)

Problem = tuple[str, str]
_IMAGE = Object(pulumi_docker_build.ImageArgs, output=False)
_ONLY_REAL = ("addHosts", "ssh")
_PUSH_WITHOUT_TAG = "at least one tag or export name is needed when pushing to a registry"


def problems(inputs: Mapping[str, Any]) -> list[Problem]:
    """Property path and reason, for everything that is wrong with an Image's arguments."""
    found = arguments.problems(_IMAGE, inputs)
    if found:
        return found
    checks = (_context, _dockerfile, _tags, _real_only)
    return [problem for check in checks for problem in check(inputs)]


def _context(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    if has_unknown(inputs.get("context")):
        return
    location = known_object(inputs.get("context")).get("location", ".")
    if not context_folder(inputs).is_dir():
        yield "context.location", f'"{location}": not a valid directory or URL'


def _dockerfile(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    if has_unknown([inputs.get("dockerfile"), inputs.get("context")]):
        return
    given = known_object(inputs.get("dockerfile"))
    if given.get("location") and given.get("inline"):
        yield "dockerfile", 'only specify "location" or "inline", not both'
        return
    path = dockerfile_path(inputs)
    if path is not None and not path.is_file():
        yield "dockerfile.location", f"open {path}: no such file or directory"
        return
    try:
        dockerfile.read(given["inline"] if path is None else path.read_text(encoding="utf-8"))
    except BuildError as error:
        yield "dockerfile", str(error)
    except UnicodeDecodeError:
        yield "dockerfile.location", f"{path} is not text"


def _tags(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    tags = inputs.get("tags") or []
    if inputs.get("push") is True and not tags:
        yield "exports[0]", _PUSH_WITHOUT_TAG
    for index, tag in enumerate(known_list(tags)):
        if not is_unknown(tag) and not is_tag_reference(tag):
            yield f"tags[{index}]", f"invalid reference format: {tag!r}"


def _real_only(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    """What the rehearsal does not do, said before anything is made."""
    said = "is not there in the rehearsal; docker-build itself has it"
    for name in _ONLY_REAL:
        if inputs.get(name) and not is_unknown(inputs[name]):
            yield name, f"'{name}' {said}"
    for index, export in enumerate(known_list(inputs.get("exports"))):
        if other := sorted(known_object(export).keys() - {"cacheonly"}):
            yield f"exports[{index}]", f"'exports' by {', '.join(other)} {said}"
    if known_object(inputs.get("context")).get("named"):
        yield "context.named", f"'context.named' {said}"
    if not is_unknown(inputs.get("network")) and inputs.get("network") not in (None, "default"):
        yield "network", f"network {inputs['network']!r} {said}"
    if len(known_list(inputs.get("platforms"))) > 1:
        yield "platforms", f"an image for several platforms {said}"
