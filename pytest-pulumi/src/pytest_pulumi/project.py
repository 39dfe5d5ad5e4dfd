"""The folder that the CLI works in: what the test writes, or a project that is left untouched."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

_SKIPPED = {"__pycache__", ".git", ".pulumi"}
_DEFAULT = {"name": "project", "runtime": {"name": "python", "options": {"virtualenv": sys.prefix}}}


def put(program: Path | Mapping[str, str] | str, folder: Path) -> None:
    """Fill the folder with a project: one that exists, file names with their contents, or `__main__.py`'s text."""
    if isinstance(program, Path):
        mirror(program, folder)
    else:
        write({"__main__.py": program} if isinstance(program, str) else program, folder)


def write(files: Mapping[str, str], folder: Path) -> None:
    """Write a project from file names and contents; `Pulumi.yaml` is made up when missing."""
    for name, content in {"Pulumi.yaml": yaml.safe_dump(_DEFAULT), **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def mirror(source: Path, folder: Path) -> None:
    """Show the project at `source` in `folder` by links, so that nothing is written to `source`.

    The stacks' settings are copied, since the CLI changes them.
    """
    settings = yaml.safe_load((source / "Pulumi.yaml").read_text())
    config_dir = settings.get("stackConfigDir")
    for entry in source.iterdir():
        if entry.name in _SKIPPED:
            continue
        if entry.is_dir() and config_dir and entry.name == Path(config_dir).name:
            (folder / entry.name).mkdir()
            for inner in entry.iterdir():
                _show(inner, folder / entry.name / inner.name)
        else:
            _show(entry, folder / entry.name)


def _show(source: Path, target: Path) -> None:
    if source.name in _SKIPPED:
        return
    if source.name.startswith("Pulumi.") and source.suffix in {".yaml", ".yml"}:
        shutil.copyfile(source, target)
    else:
        target.symlink_to(source.resolve(), target_is_directory=source.is_dir())
