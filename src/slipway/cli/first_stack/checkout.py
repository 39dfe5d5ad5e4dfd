"""The checkout of Slipway's repository that this command is installed from: the program is part of no wheel."""

import json
import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from slipway.cli.errors import CommandError

DISTRIBUTION = "slipway-ml"
# A path with more steps up than this says less than an absolute one.
_MAX_STEPS_UP = 2


@dataclass(frozen=True)
class Checkout:
    """Where `stacks/`, `components/` and `plugin/` are."""

    root: Path

    @property
    def program(self) -> str:
        """Text of `__main__.py`."""
        return (self.root / "__main__.py").read_text(encoding="utf-8")

    @property
    def plugin(self) -> Path:
        """Folder of the provider."""
        return self.root / "plugin"

    @property
    def schema_file(self) -> Path:
        """JSON Schema of stack files."""
        return self.root / "stacks" / "schema.json"

    @cached_property
    def schema(self) -> dict[str, Any]:
        """Its content."""
        found: dict[str, Any] = json.loads(self.schema_file.read_text(encoding="utf-8"))
        return found


def find() -> Checkout:
    """The checkout that the installed command is from. Raises CommandError where it is from a wheel."""
    root = _editable_root()
    if root is not None and all(
        (root / part).exists() for part in ("__main__.py", "plugin", "stacks/schema.json")
    ):
        return Checkout(root)
    raise CommandError(
        "this `slipway` is not installed from a checkout of Slipway's repository, which has the program that "
        "a stack runs: clone the repository, run `make setup` there, and use its .venv/bin/slipway"
    )


def virtual_environment() -> Path | None:
    """The virtual environment that this command runs in."""
    return Path(sys.prefix) if sys.prefix != sys.base_prefix else None


def as_seen_from(folder: Path, path: Path) -> str:
    """`path` relative to `folder` where the two are near each other, else absolute."""
    relative = Path(os.path.relpath(path, folder))
    if relative.parts.count("..") > _MAX_STEPS_UP:
        return path.as_posix()
    return relative.as_posix() if relative.parts[:1] == ("..",) else f"./{relative.as_posix()}"


def _editable_root() -> Path | None:
    """What pip noted of an editable installation (PEP 610)."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        noted = json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        return None
    url = urlsplit(noted.get("url", ""))
    if url.scheme != "file" or not noted.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(url.path))
