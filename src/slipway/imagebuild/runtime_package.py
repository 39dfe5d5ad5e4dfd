"""The scoring runtime as it is installed here: its files and what it needs."""

import importlib.metadata
import importlib.util
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from slipway.imagebuild import source_folder
from slipway.imagebuild.errors import BuildInputError

PACKAGE, DISTRIBUTION = "scoring", "slipway-scoring"
_EXTRA = re.compile(r"(?:\s*and\s*)?extra == ['\"]([^'\"]+)['\"]")


def requirements(extras: Collection[str] = ()) -> tuple[str, ...]:
    """What the runtime needs with these of its extras, sorted PEP 508 lines."""
    needs = map(Requirement, _distribution().requires or [])
    return tuple(sorted({_without_extra(need) for need in needs if _wanted(need, extras)}))


def requires_python() -> SpecifierSet:
    """The Pythons that the runtime supports."""
    return SpecifierSet(str(_distribution().metadata.json.get("requires_python", "")))


def files() -> Iterator[tuple[str, bytes]]:
    """Path below `runtime/` and content of every file of the runtime, sorted by path."""
    for path, content in source_folder.files(_package_root(), left_out={"tests"}):
        yield f"{PACKAGE}/{path}", content
    yield from _metadata()


def _metadata() -> Iterator[tuple[str, bytes]]:
    """A dist-info folder, so that `importlib.metadata.version("slipway-scoring")` works in the image.

    Name and version only: the rest of the installed one depends on the build tool that wrote it here.
    """
    version = _distribution().version
    folder = f"{DISTRIBUTION.replace('-', '_')}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {version}\n"
    yield f"{folder}/METADATA", metadata.encode()


def _package_root() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise BuildInputError({"scoring": _missing()})
    return Path(spec.origin).parent


def _distribution() -> importlib.metadata.Distribution:
    try:
        return importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        raise BuildInputError({"scoring": _missing()}) from None


def _missing() -> str:
    return "the scoring runtime is not installed here, and every image needs it: run `make setup`"


def _wanted(requirement: Requirement, extras: Collection[str]) -> bool:
    match = _EXTRA.search(str(requirement.marker or ""))
    return match is None or match[1] in extras


def _without_extra(requirement: Requirement) -> str:
    """The line as it holds once its extra is chosen; other conditions (a platform) stay."""
    name, _, marker = str(requirement).partition("; ")
    rest = _EXTRA.sub("", marker).strip()
    return f"{name}; {rest}" if rest else name
