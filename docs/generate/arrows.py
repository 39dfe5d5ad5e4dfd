"""Which room imports which, measured: every import of every module, lazy ones and those by name too."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Where each room is. A room inside another is a room of its own; the outer one keeps the rest.
ROOMS: Mapping[str, str] = {
    "__main__": "__main__.py",
    "stacks": "stacks",
    "components": "components",
    "plugin": "plugin",
    "policies": "policies",
    "slipway": "src/slipway",
    "slipway.resources": "src/slipway/resources",
    "slipway.provider": "src/slipway/provider",
    "slipway.registry": "src/slipway/registry",
    "slipway.imagebuild": "src/slipway/imagebuild",
    "slipway.folders": "src/slipway/folders",
    "slipway.cloud": "src/slipway/cloud",
    "slipway.project": "src/slipway/project",
    "slipway.rules": "src/slipway/rules",
    "slipway.outputs": "src/slipway/outputs.py",
    "slipway.cli": "src/slipway/cli",
    "scoring": "scoring/src/scoring",
    "scoring_fuzz": "scoring/fuzz/scoring_fuzz",
    "scoring/tests": "scoring/tests",
    "rehearsal": "rehearsal/src/rehearsal",
    "rehearsal.golang": "rehearsal/src/rehearsal/golang",
    "rehearsal/tests": "rehearsal/tests",
    "pytest_pulumi": "pytest-pulumi/src/pytest_pulumi",
    "pytest-pulumi/tests": "pytest-pulumi/tests",
    "tools": "tools",
    "examples": "examples",
    "benchmarks": "benchmarks",
    "docs": "docs",
    "tests": "tests",
}

Arrow = tuple[str, str]


@cache
def arrows() -> Counter[Arrow]:
    """How many imports lead from each room into each other one."""
    return Counter(arrow for path in sources() for arrow in _arrows_of(path))


def sources() -> list[Path]:
    """Every module of every room."""
    files = {file for place in ROOMS.values() for file in _modules(ROOT / place)}
    return sorted(files)


def room_of_file(path: Path) -> str:
    """The innermost room that holds a file."""
    holding = [room for room, place in ROOMS.items() if path.is_relative_to(ROOT / place)]
    return max(holding, key=lambda room: len(ROOMS[room]))


def room_of_module(name: str) -> str | None:
    """The room that a dotted name leads into, or None for other people's packages."""
    parts = name.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in ROOMS), None)


def _arrows_of(path: Path) -> Iterator[Arrow]:
    here = room_of_file(path)
    for name in imported(path):
        there = room_of_module(name)
        if there not in (None, here):
            yield here, there


def imported(path: Path) -> Iterator[str]:
    """Dotted names of all that a module imports, each to the last part."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # What tables of modules hold, for `import_module`.
            yield from filter(_is_module, [node.value])


def _is_module(text: str) -> bool:
    room = room_of_module(text) if text.replace(".", "").isidentifier() else None
    if room in (None, text):
        return False
    inside = text.removeprefix(f"{room}.").replace(".", "/")
    return (ROOT / ROOMS[room] / f"{inside}.py").is_file()


def _modules(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for path in place.rglob("*.py"):
        if "node_modules" not in path.parts and ".venv" not in path.parts:
            yield path
