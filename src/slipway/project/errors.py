"""Why a stack cannot be read, in one sentence."""


class CommandError(Exception):
    """A sentence for the user: what, where, what was received, what to do."""


class LoginError(CommandError):
    """Pulumi is logged in nowhere, or somewhere else."""

    not_signed_in = True
