"""The Go that builds the toolchain."""

from rehearsal.golang import go
from tools.places import cache
from tools.version import minimum_go


def find() -> go.Go:
    """A Go that is new enough, in the toolchain's cache what is not the user's own.

    Raises ToolchainError which names what was looked at.
    """
    return go.find(minimum_go(), cache())
