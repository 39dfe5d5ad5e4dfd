"""Wheels that lie beside a conda file: the only files that an image installs from the user's folder.

A wheel is what pip installs as it is, so its hash says what is in the image. Whatever must be built first (a folder,
a source archive, a commit) has no such hash.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging import tags
from packaging.requirements import Requirement
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from slipway.imagebuild import wheel_content

VARIABLE = "SLIPWAY_WHEELS"
"""Names the folder of the wheels to whoever reads a lock: pip and uv both fill in `${NAME}`."""

# The image's machine: x86-64 Linux with the C library of its base image, and the older ones that it serves.
_GLIBC_MINORS = range(36, 4, -1)
_ARCHIVES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")


@dataclass(frozen=True)
class Wheel:
    """A wheel by its file name and hash."""

    name: str
    sha256: str
    path: Path = field(compare=False)

    def requirement(self, extras: str = "", marker: str = "") -> str:
        """Its PEP 508 line; with the hash, so that another file of the name needs another lock."""
        project = parse_wheel_filename(self.name)[0]
        condition = f" ; {marker}" if marker else ""
        return f"{project}{extras} @ file://${{{VARIABLE}}}/{self.name}#sha256={self.sha256}{condition}"

    def read(self) -> bytes:
        """Its content. Raises ValueError where that is no longer what was locked."""
        content = self.path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise ValueError(f"{self.path} changed while the image was put together: deploy again")
        return content


def is_path(line: str) -> bool:
    """Whether a line of pip's names a file or folder."""
    words = line.split(";")[0].strip()
    return (
        words.startswith((".", "/", "~", "file:"))
        or ("://" not in words and "@" not in words and words.endswith((".whl", *_ARCHIVES)))
        or ("/" in words and "://" not in words and "@" not in words)
    )


def find(given: str, folder: Path) -> Wheel:
    """The wheel that `given`, a path or a `file:` address, names from `folder`, in which it lies.

    Raises ValueError with a sentence.
    """
    path = _path(given, folder)
    if path.suffix != ".whl":
        raise ValueError(
            f"{given!r} is no wheel, and only what is built can be locked by hash: build it "
            f"(`pip wheel --no-deps -w wheels {_short(given)}`) and name that, as ./wheels/NAME.whl; or put "
            "code of your own into the image by the source directory"
        )
    if not path.is_file():
        raise ValueError(
            f"{given!r} does not exist beside the conda file: name a wheel that is there"
        )
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(
            f"{given!r} lies outside the conda file's folder, which other machines do not have: copy it "
            "there, and name it by its path from there"
        )
    try:
        parse_wheel_filename(path.name)
    except InvalidWheelFilename:
        raise ValueError(
            f"{given!r} is not a wheel's name: keep the one that it was built under, such as "
            "acme-1.0-py3-none-any.whl"
        ) from None
    if why := wheel_content.broken(path):
        raise ValueError(f"{given!r} {why}: build or download it again")
    with path.open("rb") as file:
        return Wheel(path.name, hashlib.file_digest(file, "sha256").hexdigest(), path)


def unfit(wheel: Wheel, python: str) -> str | None:
    """Why an image of this Python cannot install the wheel, if so."""
    its = parse_wheel_filename(wheel.name)[3]
    if its & frozenset(_supported(python)):
        return None
    shown = ", ".join(sorted(map(str, its)))
    return (
        f"{wheel.name} is for {shown}, and the image has Python {python} on Linux x86-64: build or download the "
        "wheel for that"
    )


def locked(requirement: str) -> str:
    """The line as uv resolves it: what it writes of it into the lock must be readable again."""
    parsed = Requirement(requirement)
    if not (parsed.url or "").startswith(f"file://${{{VARIABLE}}}/"):
        return requirement
    return requirement.replace(f"#{urlsplit(str(parsed.url)).fragment}", "")


def link_all(found: Sequence[Wheel], folder: Path) -> None:
    """Put the wheels into one folder, by their names."""
    for wheel in found:
        (folder / wheel.name).symlink_to(wheel.path.resolve())


def _path(given: str, folder: Path) -> Path:
    words = given
    if given.startswith("file:"):
        words = unquote(urlsplit(given).path)
    return folder / Path(words).expanduser()


def _short(given: str) -> str:
    return given if len(given) <= 60 else "FOLDER"


def _supported(python: str) -> Iterator[tags.Tag]:
    major, minor = map(int, python.split(".")[:2])
    manylinux = [f"manylinux_2_{each}_x86_64" for each in _GLIBC_MINORS]
    older = ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"]
    platforms = [*manylinux, *older, "linux_x86_64"]
    yield from tags.cpython_tags((major, minor), platforms=platforms)
    yield from tags.compatible_tags((major, minor), f"cp{major}{minor}", platforms)
