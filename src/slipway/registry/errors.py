"""What the registry client refuses; the message is one sentence for the user."""


class RegistryError(Exception):
    """What, where, what was received, what to do."""


class UnreachableError(RegistryError):
    """A registry that does not answer at all: it may be down, or gone."""


class NotFoundError(RegistryError):
    """A model, an image or a version that is not there."""


class SignInError(RegistryError):
    """Nobody is signed in, as far as this process can see."""

    not_signed_in = True
    """The command adds what other distributions know about signing in."""


class SaidOtherwiseError(RegistryError):
    """A version that is registered already has other tags, or another description or framework."""


class InUseError(RegistryError):
    """A model that an image still holds."""
