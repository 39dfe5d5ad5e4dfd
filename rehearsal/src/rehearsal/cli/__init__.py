"""The rehearsal's commands: `slipway-rehearsal`, and the group `rehearsal` of a command line that loads it."""

from rehearsal.cli.commands import app

__all__ = ["app"]
