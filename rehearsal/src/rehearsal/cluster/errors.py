"""What goes wrong with the node, in sentences."""

from rehearsal.core.errors import RehearsalError


class ClusterError(RehearsalError):
    """The node cannot be started, or did not become ready."""
