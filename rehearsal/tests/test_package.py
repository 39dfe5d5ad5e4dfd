"""The package as a whole: its rooms, its dependencies, and that it knows of nobody who uses it."""

import ast
import re
import sys
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest

import rehearsal

ROOT = Path(rehearsal.__file__).parent
MODULES = {
    ".".join(("rehearsal", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(ROOT.rglob("*.py"))
}
# Room -> the rooms that it may import.
ARROWS = {
    "machine": set(),
    "golang": set(),
    "distribution": set(),
    "docker_cli": {"distribution"},
    "core": {"machine"},
    "arm": {"core", "machine"},
    "runtimes": {"core", "machine", "distribution", "docker_cli"},
    "builders": {"core", "machine", "distribution", "docker_cli", "runtimes"},
    "doors": {"core", "builders", "distribution", "machine"},
    "daemon": {"core", "arm", "runtimes", "doors", "machine"},
    "cluster": {"core", "machine", "golang", "distribution", "runtimes"},
    # Of `arm` the table of types, which orders of faults are held against.
    "cli": {"core", "arm", "cluster", "daemon", "doors", "machine"},
    "testing": {"core", "arm", "daemon", "doors", "machine"},
    "__main__": {"cli"},
}
# Folders of which none imports another: what is shared lies beside them.
SEPARATE = [
    *(f"doors.{door}" for door in ("arm_http", "azure_native", "docker_build", "oci")),
    *(f"{room}.{kind}" for room, kind in [("runtimes", "process"), ("runtimes", "docker")]),
    *(f"builders.{kind}" for kind in ("embedded", "docker")),
]


def imports(path):
    """Names that a file imports, also inside functions: modules, and what is taken from them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(name):
    """The module of the package that an imported name is, or is in."""
    return name if name in MODULES else name.rpartition(".")[0]


OWN = {
    module: {module_of(name) for name in imports(path) if name.startswith("rehearsal.")}
    for module, path in MODULES.items()
}


def room(module):
    return module.split(".")[1]


def test_rooms_import_only_what_is_drawn():
    wrong = [
        f"{module} imports {other}"
        for module, others in OWN.items()
        if module != "rehearsal"
        for other in others
        if room(other) not in {room(module), *ARROWS[room(module)]}
    ]
    assert wrong == []


def test_no_module_needs_itself():
    list(TopologicalSorter(OWN).static_order())


@pytest.mark.parametrize("folder", SEPARATE)
def test_doors_runtimes_and_builders_know_nothing_of_one_another(folder):
    others = [one for one in SEPARATE if one != folder and room(f"x.{one}") == room(f"x.{folder}")]
    found = {
        other
        for module in OWN
        if module.startswith(f"rehearsal.{folder}.")
        for other in OWN[module]
        if other.startswith(tuple(f"rehearsal.{one}." for one in others))
    }
    assert found == set()


def test_dependencies_are_those_that_are_imported():
    named = {name.split(".")[0] for path in MODULES.values() for name in imports(path)}
    foreign = named - set(sys.stdlib_module_names) - {"rehearsal"}
    declared = {
        re.split(r"[^\w-]", line)[0]: "extra ==" in line for line in requires("slipway-rehearsal")
    }
    brought_by = packages_distributions()
    needed = {one for name in foreign for one in map(normal, brought_by[name]) if one in declared}
    assert [name for name in foreign if not {*map(normal, brought_by[name])} & needed] == []
    # The modules of this one are imported by the names in resource types.
    # uvicorn speaks WebSocket by it.
    assert needed | {"pulumi-azure-native", "wsproto"} == set(declared)
    assert [name for name, extra in declared.items() if extra] == ["pytest"]


def normal(distribution):
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_it_knows_nothing_of_its_users():
    """The word stands in the names of the project's own things: distribution, folders, variables, labels."""
    own = re.compile(r"slipway-rehearsal|SLIPWAY_[A-Z]+|io\.slipway\.|\"slipway\"|slipway-\{labels")
    strange = [
        f"{module}: {line.strip()}"
        for module, path in MODULES.items()
        for line in path.read_text().splitlines()
        if "slipway" in own.sub("", line).lower()
    ]
    assert strange == []
