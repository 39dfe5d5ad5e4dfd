"""logging.json: the user's own configuration of Python's logging, beside the entry script.

What it says of the logger `azmlinfsrv` holds for this server's own lines and for printed text, as there. What it does
not speak of goes on as JSON lines.
"""

from __future__ import annotations

import json
import logging
import logging.config
import sys
from pathlib import Path

from scoring.azureml.shims import finder
from scoring.errors import ScoringError
from scoring.server import printed
from scoring.server.logs import REFERENCE_LOGGER
from scoring.settings import Settings

logger = logging.getLogger("scoring")

_NAME = "logging.json"
#: What the reference sends through its loggers goes through these here.
_OURS = {"scoring": REFERENCE_LOGGER, "stdout": f"{REFERENCE_LOGGER}.print"}


def apply(settings: Settings) -> None:
    """Nothing where there is no file. Raises ScoringError."""
    path = _found(settings)
    if path is None:
        return
    ours = logging.getLogger().handlers[:]
    _stand_under_the_reference_names(settings.log_level)
    # Formatters and filters of the reference are named in files that began as a copy of its own.
    finder.install()
    try:
        _configure(path)
    except ScoringError:
        _undo(ours)
        raise
    _keep(ours)
    logger.info("Loaded logging config from %s", path)


def _found(settings: Settings) -> Path | None:
    script = settings.source / settings.entry_script
    places = (settings.source / _NAME, script.resolve().parent / _NAME)
    return next((path for path in places if path.is_file()), None)


def _stand_under_the_reference_names(level: str) -> None:
    for ours, theirs in _OURS.items():
        logging.getLogger(ours).parent = logging.getLogger(theirs)
    logging.getLogger(REFERENCE_LOGGER).setLevel(level)


def _configure(path: Path) -> None:
    kept = sys.stdout
    # "ext://sys.stdout" is the real one: ours would turn each line of a handler into a log record again.
    sys.stdout = printed.real()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise TypeError(f"it holds a {type(content).__name__}, not an object")
        # All loggers that exist by now are the server's own; the reference's come after this.
        logging.config.dictConfig({**content, "disable_existing_loggers": False})
    except Exception as error:  # whatever a handler of the user's choice raises
        raise ScoringError(f"{path} is no configuration of logging: {_reason(error)}") from None
    finally:
        sys.stdout = kept


def _reason(error: BaseException) -> str:
    """dictConfig says which part failed and keeps why as the cause."""
    reasons = [str(error)]
    while error.__cause__ is not None:
        error = error.__cause__
        if str(error) not in reasons[-1]:
            reasons.append(str(error))
    return ": ".join(reasons)


def _undo(ours: list[logging.Handler]) -> None:
    """What went wrong is told as if there were no file."""
    server, root = logging.getLogger(REFERENCE_LOGGER), logging.getLogger()
    server.handlers[:], server.propagate = [], True
    root.handlers[:] = ours


def _keep(ours: list[logging.Handler]) -> None:
    """The server's own lines stay as they were, unless the file gives them a handler."""
    server, root = logging.getLogger(REFERENCE_LOGGER), logging.getLogger()
    if server.handlers:
        return
    if any(handler in root.handlers for handler in ours):
        server.propagate = True
        return
    server.propagate = False
    for handler in ours:
        server.addHandler(handler)
