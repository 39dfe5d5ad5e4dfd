"""Values that were planted somewhere, and every other place that is looked through for them."""

import gzip
import json
import secrets
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import quote

Places = Iterable[tuple[str, bytes]]
"""What is looked through: names and contents."""

_GZIP, _ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def value(name: str) -> str:
    """One that is nowhere else."""
    return f"planted-{name}-{secrets.token_hex(8)}"


class Planted:
    """Planted values by name, such as `{"apiToken": "planted-apiToken-0123"}`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._forms = {name: set(_forms(value)) for name, value in values.items()}

    def found_in(self, places: Places) -> list[str]:
        """Which value is where: `apiToken in rehearsal.log`."""
        found = set()
        for place, content in places:
            whole = _unpacked(content)
            for name, forms in self._forms.items():
                if any(form in whole for form in forms):
                    found.add(f"{name} in {place}")
        return sorted(found)


def files(folder: Path, *, without: Iterable[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder that is no link; `without` are patterns of paths below it."""
    left_out = tuple(without)
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        linked = any(
            one.is_symlink() for one in (path, *path.parents) if one.is_relative_to(folder)
        )
        if (
            path.is_file()
            and not linked
            and not any(fnmatch(str(below), each) for each in left_out)
        ):
            yield str(below), path.read_bytes()


def _forms(value: str) -> Iterator[bytes]:
    """How a value may be written: a file of many lines is known by its longest."""
    line = max(value.splitlines(), key=len)
    yield line.encode()
    yield json.dumps(line)[1:-1].encode()
    yield quote(line, safe="").encode()
    # What follows it in a longer text changes the last characters.
    yield b64encode(value.encode())[:-4]


def _unpacked(content: bytes) -> bytes:
    """An archive as what is in it, which tar files hold as it is."""
    if content.startswith(_ZSTANDARD):
        raise AssertionError("zstandard is not read here: nothing would be found in it")
    return gzip.decompress(content) if content.startswith(_GZIP) else content
