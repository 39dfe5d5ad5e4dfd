"""Waiting in a terminal: why, on stderr; and Ctrl-C ends it in every thread."""

import signal
from types import FrameType

import typer

from slipway.cloud.patience import PATIENCE


def wait_in_the_terminal(context: typer.Context) -> None:
    """From now on until the command has ended."""
    PATIENCE.tell = lambda sentence: typer.echo(sentence, err=True)
    before = signal.signal(signal.SIGINT, _stopped)
    context.call_on_close(lambda: signal.signal(signal.SIGINT, before))


def _stopped(number: int, frame: FrameType | None) -> None:
    PATIENCE.stop()
    signal.default_int_handler(number, frame)
