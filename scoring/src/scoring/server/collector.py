"""Python's garbage collector while the server starts, and in a batch."""

from __future__ import annotations

import gc

# Some chunks' worth: a sixth of a batch's time went into walking rows that were still in use.
_ROWS_OBJECTS = 100_000


def pause() -> None:
    """Importing makes a few hundred thousand objects that stay; walking them again and again takes a tenth of it."""
    gc.disable()


def resume() -> None:
    """What has been made until now lives as long as the process: nobody need ever walk it."""
    gc.freeze()
    gc.enable()


def look_seldom() -> None:
    """For a batch, whose rows are some ten lists each that all live until their chunk is written."""
    gc.set_threshold(_ROWS_OBJECTS)


def settle() -> None:
    """The same behind code of the user's, which may have left anything behind."""
    gc.collect()
    resume()
