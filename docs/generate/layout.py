"""docs/images/layout.svg: the rooms, and the arrows between them as measured."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from docs.generate.arrows import ROOMS, Arrow, arrows

PATH = Path(__file__).resolve().parents[1] / "images" / "layout.svg"
WIDTH, HEIGHT = 1180, 800
_BOX_WIDTH, _BOX_HEIGHT = 196, 62
_LIBRARIES = 560
_APART = 14
"""Pixels between two arrows on one side of a box."""


@dataclass(frozen=True)
class Box:
    """A room's place in the picture."""

    x: int
    y: int
    caption: str
    colour: str
    width: int = _BOX_WIDTH

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


_PROGRAM, _PLUGIN, _LIBRARY, _COMMAND, _OWN = "#2f5d8a", "#7a4a8c", "#2e6f57", "#a3541f", "#5a5f66"
BOXES: Mapping[str, Box] = {
    "__main__": Box(30, 70, "the program", _PROGRAM),
    "stacks": Box(30, 190, "settings, composition", _PROGRAM),
    "components": Box(250, 310, "what a stack is made of", _PROGRAM),
    "plugin": Box(500, 190, "what the engine starts", _PLUGIN),
    "slipway.provider": Box(720, 310, "what resources do", _PLUGIN),
    "slipway.resources": Box(500, 430, "resource classes", _LIBRARY),
    "slipway.cli": Box(950, 190, "the slipway command", _COMMAND),
    "slipway.imagebuild": Box(30, _LIBRARIES, "image contexts, locks", _LIBRARY),
    "slipway.rules": Box(260, _LIBRARIES, "names, ranges, regions", _LIBRARY),
    "slipway.registry": Box(490, _LIBRARIES, "numbered models, images", _LIBRARY),
    "slipway.cloud": Box(720, _LIBRARIES, "which Azure, who am I", _LIBRARY),
    "slipway.outputs": Box(950, _LIBRARIES, "what a stack exports", _LIBRARY),
    "slipway.folders": Box(720, 700, "what a folder holds", _LIBRARY),
    "scoring": Box(30, 700, "runtime in every image", _OWN),
    "rehearsal": Box(260, 700, "Azure on one machine", _OWN),
    "pytest_pulumi": Box(490, 700, "tests of programs", _OWN),
}
"""Rooms that are drawn; the others (tests, benchmarks, tools …) may look at several of these."""


def text() -> str:
    """The picture as the file holds it."""
    drawn = sorted(arrow for arrow in arrows() if set(arrow) <= set(BOXES))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="Helvetica, Arial, sans-serif" role="img">',
            "<title>Rooms of the repository and the imports between them</title>",
            f"<defs>{''.join(_arrowheads())}</defs>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            *_labels(),
            *(_curve(arrow, drawn) for arrow in drawn),
            *(_box(room) for room in BOXES),
            "</svg>\n",
        ]
    )


def _arrowheads() -> Iterator[str]:
    for colour in sorted({box.colour for box in BOXES.values()}):
        yield (
            f'<marker id="head-{colour[1:]}" viewBox="0 0 10 10" refX="9" refY="5" '
            'markerUnits="userSpaceOnUse" markerWidth="12" markerHeight="12" orient="auto">'
            f'<path d="M0 0.8 L10 5 L0 9.2 z" fill="{colour}"/></marker>'
        )


def _labels() -> Iterator[str]:
    others = ", ".join(_not_drawn())
    for x, y, words in (
        (30, 40, "An arrow is an import in the code; a thin one leads to a library."),
        (30, 650, "Libraries"),
        (30, 688, "Packages of their own, which import none of the above"),
        (30, 790, f"Not drawn: {others}"),
    ):
        yield f'<text x="{x}" y="{y}" font-size="15" fill="#5a5f66">{words}</text>'


def _not_drawn() -> Iterator[str]:
    return (place for room, place in ROOMS.items() if room not in BOXES and "/" not in place)


def _curve(arrow: Arrow, drawn: list[Arrow]) -> str:
    """From the foot of one box to the head of another; within a row, below both."""
    start, end = (BOXES[room] for room in arrow)
    level = start.y == end.y
    x1, y1 = _port(arrow[0], arrow, _at_the_foot(arrow[0], drawn)), start.y + _BOX_HEIGHT
    if level:
        x2, y2 = _port(arrow[1], arrow, _at_the_foot(arrow[1], drawn)), y1 + 2
    else:
        x2, y2 = _port(arrow[1], arrow, _at_the_head(arrow[1], drawn)), end.y - 2
    bend = 34 if level else (y2 - y1) // 2
    path = f"M{x1:g} {y1} C{x1:g} {y1 + bend} {x2:g} {y2 + (bend if level else -bend)} {x2:g} {y2}"
    # Everybody uses the libraries; what the other arrows say should not drown in that.
    thin = end.y >= _LIBRARIES
    strength = 'stroke-width="1.2" stroke-opacity="0.55"' if thin else 'stroke-width="2.4"'
    return (
        f'<path d="{path}" fill="none" stroke="{start.colour}" {strength} '
        f'marker-end="url(#head-{start.colour[1:]})"/>'
    )


def _at_the_foot(room: str, drawn: list[Arrow]) -> list[Arrow]:
    row = BOXES[room].y
    return [a for a in drawn if a[0] == room or (a[1] == room and BOXES[a[0]].y == row)]


def _at_the_head(room: str, drawn: list[Arrow]) -> list[Arrow]:
    return [a for a in drawn if a[1] == room and BOXES[a[0]].y != BOXES[room].y]


def _port(room: str, arrow: Arrow, neighbours: list[Arrow]) -> float:
    """Where on an edge of the room's box an arrow ends: in the order of where the arrows come from."""

    def far_end(one: Arrow) -> tuple[float, Arrow]:
        return BOXES[one[1] if one[0] == room else one[0]].middle, one

    place = sorted(neighbours, key=far_end).index(arrow)
    return BOXES[room].middle + (place - (len(neighbours) - 1) / 2) * _APART


def _box(room: str) -> str:
    box = BOXES[room]
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{_BOX_HEIGHT}" rx="8" '
        f'fill="#f7f8fa" stroke="{box.colour}" stroke-width="2"/>'
        f'<text x="{box.middle:g}" y="{box.y + 27}" text-anchor="middle" font-size="17" '
        f'font-weight="bold" fill="{box.colour}">{escape(room)}</text>'
        f'<text x="{box.middle:g}" y="{box.y + 47}" text-anchor="middle" font-size="13" '
        f'fill="#333333">{escape(box.caption)}</text>'
    )
