"""Errors of this package."""

from __future__ import annotations


class ScoringError(Exception):
    """A mistake of the person who starts the server; its text is one sentence, shown without a traceback."""

    exit_code = 2


class StartupFailed(ScoringError):
    """The entry script or a model could not be loaded; what happened has already been logged."""

    # Azure ML's exit code when init() fails; gunicorn's "worker failed to boot".
    exit_code = 3
