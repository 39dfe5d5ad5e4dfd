"""How this user calls the rehearsal's commands, so that advice can be typed as it stands."""

import os

_VARIABLE = "REHEARSAL_COMMAND"  # inherited by the process in the background, whose messages give advice too
_OWN = "slipway-rehearsal"


def remember(words: str) -> None:
    """Keep what the command was called by: `slipway-rehearsal`, or another program's command that leads here."""
    os.environ.setdefault(_VARIABLE, words)  # the one that the user typed came first


def typed(words: str) -> str:
    """A command as this user types it: slipway-rehearsal start."""
    return f"{os.environ.get(_VARIABLE, _OWN)} {words}"


def advice(words: str) -> str:
    """The same for a sentence, in quotes: `slipway-rehearsal start`."""
    return f"`{typed(words)}`"
