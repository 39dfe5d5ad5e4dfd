"""Whether a file is the wheel that its name says, as far as that shows without unpacking it."""

import zipfile
import zlib
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

_METADATA = ".dist-info/METADATA"


def broken(path: Path) -> str | None:
    """Why no installer would take it, if so; its name is a wheel's."""
    try:
        with zipfile.ZipFile(path) as archive:
            metadata = [name for name in archive.namelist() if _is_metadata(name)]
            for name in metadata:
                archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return "cannot be read as a zip archive, which a wheel is, so it is damaged or incomplete"
    if not metadata:
        return "is a zip archive without the METADATA of a wheel"
    of, version, *_ = parse_wheel_filename(path.name)
    its = metadata[0].removesuffix(_METADATA)
    return None if _named(its) == (of, version) else f"holds {its} and not what its name says"


def _is_metadata(name: str) -> bool:
    return name.endswith(_METADATA) and name.count("/") == 1


def _named(folder: str) -> tuple[str, Version] | None:
    name, _, version = folder.partition("-")
    try:
        return canonicalize_name(name), Version(version)
    except InvalidVersion:
        return None
