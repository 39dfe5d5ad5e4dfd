"""Why Azure cannot be reached, in one sentence."""


class CloudError(Exception):
    """What is missing or wrong, and what to do."""
