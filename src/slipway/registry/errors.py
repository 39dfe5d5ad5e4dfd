"""What the registry client refuses; the message is one sentence for the user."""


class RegistryError(Exception):
    """What, where, what was received, what to do."""


class NotFoundError(RegistryError):
    """A model, an image or a version that is not there."""


class InUseError(RegistryError):
    """A model that an image still holds."""
