"""Command groups that come with other distributions: found by their entry point, imported when they are used."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import typer
from typer.core import TyperGroup

from slipway.cli.errors import fail

ENTRY_POINTS = "slipway.commands"


@dataclass(frozen=True)
class Known:
    """A group that `slipway --help` lists without looking whether it is installed."""

    distribution: str
    help: str


KNOWN = {
    "rehearsal": Known("slipway-rehearsal", "Azure on this machine, for the ordinary commands."),
}


class Commands(TyperGroup):
    """The `slipway` command: its own groups, the known ones, and any other that an entry point names."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, known in KNOWN.items():
            self.add_command(Plugin(name, help=known.help))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Entry points are searched for names that are not known, so that nothing else waits for the search."""
        return super().get_command(ctx, cmd_name) or _loaded(cmd_name)


class Plugin(TyperGroup):
    """A group of another distribution."""

    def __init__(self, name: str, help: str) -> None:
        super().__init__(name=name, help=help)

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> Any:
        """Here the group itself takes over."""
        return self._group.make_context(info_name, args, *more, **extra)

    @property
    def commands(self) -> MutableMapping[str, Any]:
        """Those of the group, for completion and documentation."""
        return self._group.commands

    @commands.setter
    def commands(self, _: MutableMapping[str, Any]) -> None:
        """Typer sets the commands of every group; these come from the entry point alone."""

    @cached_property
    def _group(self) -> TyperGroup:
        name = str(self.name)
        distribution = KNOWN[name].distribution
        return _loaded(name) or fail(
            f"`slipway {name}` comes with {distribution}, which is not installed and has no release yet: "
            f"install it from a checkout of Slipway's repository (`pip install ./{name}`)."
        )


def _loaded(name: str) -> TyperGroup | None:
    # Importing it takes longer than most commands.
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINTS, name=name):
        return typer.main.get_group(entry.load())
    return None
