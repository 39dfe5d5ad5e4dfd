"""Modules that an entry script imports and that lie beside it: without a source directory they stay behind."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path


def imports_beside(script: Path) -> list[str]:
    """Files and folders beside the script that it imports, sorted. It is Python (`entry_script.check`)."""
    module = ast.parse(script.read_bytes(), filename=str(script))
    names = {name.partition(".")[0] for name in _imported(module)}
    return sorted(found for name in names if (found := _beside(script, name)))


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module is not None:
                yield node.module
            else:  # from . import a
                yield from (alias.name for alias in node.names)


def _beside(script: Path, name: str) -> str | None:
    # What Python has itself is imported before anything that lies beside the script in the image.
    if name in sys.stdlib_module_names or name == script.stem:
        return None
    if (script.parent / f"{name}.py").is_file():
        return f"{name}.py"
    folder = script.parent / name
    return f"{name}/" if folder.is_dir() and next(folder.glob("*.py"), None) else None
