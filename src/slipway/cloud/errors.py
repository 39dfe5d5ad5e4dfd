"""Why Azure cannot be reached, in one sentence."""


class CloudError(Exception):
    """What is missing or wrong, and what to do."""


class SignInError(CloudError):
    """Nobody is signed in to Azure, as far as this process can see."""

    not_signed_in = True
    """The command adds what other distributions know about signing in."""


def first_line(error: Exception) -> str:
    """What an error of Microsoft's clients says, without the code and the message that they repeat below."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
