"""Imports between rooms are those that docs/architecture.md allows, and what it names exists."""

import graphlib
import pkgutil
import re

import pytest

from docs.generate.arrows import ROOMS, ROOT, arrows

PAGE = (ROOT / "docs" / "architecture.md").read_text()
ROW = re.compile(r"^\| `([\w/-]+|[\w.]+)` \| .* \| (.*) \|$", re.MULTILINE)
LIBRARIES = {room for room, _ in ROW.findall(PAGE.split("### Libraries")[1].split("###")[0])}
#: Dotted names in the page's code, which begin with one of our packages.
NAMES = sorted(
    name
    for name in set(re.findall(r"`([a-z_]+(?:\.\w+)+)(?:\(\))?`", PAGE))
    if name.split(".")[0] in {room.split(".")[0] for room in ROOMS}
)


def _allowed(cell):
    rooms = set(re.findall(r"`([^`]+)`", cell))
    return rooms | (LIBRARIES if "libraries" in cell else set())


ALLOWED = {
    room: set(ROOMS) if cell == "everything" else _allowed(cell) for room, cell in ROW.findall(PAGE)
}


def test_every_room_has_a_row_and_a_place():
    assert set(ALLOWED) == set(ROOMS)
    assert [room for room, place in ROOMS.items() if not (ROOT / place).exists()] == []


def test_every_import_between_rooms_is_allowed():
    measured = arrows()
    assert ("stacks", "components") in measured
    stray = [f"{here} -> {there}" for here, there in measured if there not in ALLOWED[here]]
    assert sorted(stray) == []


def test_arrows_point_one_way():
    checks_others = {room for room, allowed in ALLOWED.items() if allowed == set(ROOMS)}
    order = {room: allowed for room, allowed in ALLOWED.items() if room not in checks_others}
    assert list(graphlib.TopologicalSorter(order).static_order())


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_page_exist(name):
    pkgutil.resolve_name(name)
