"""Starting the entry script: import, `init()`, and a full report when either fails."""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from scoring.azureml import entry_script, shims
from scoring.azureml.entry_script import EntryScript, EntryScriptError
from scoring.errors import StartupFailed
from scoring.server import collector, printed
from scoring.settings import Settings

logger = logging.getLogger("scoring.entry_script")

_TREE_LINES = 200


def start_entry_script(settings: Settings) -> EntryScript | None:
    """The loaded script after its `init()`; None when the source has none. Raises StartupFailed."""
    path = settings.source / settings.entry_script
    if not settings.entry_script_named and not path.is_file():
        return None
    shims.install(settings)
    collector.resume()  # the user's code gets it as it knows it
    return _initialised(_loaded(path), settings)


def _loaded(path: Path) -> EntryScript:
    try:
        script = entry_script.load(path)
    except EntryScriptError as error:
        logger.error(str(error))
        raise StartupFailed(str(error)) from None
    except BaseException as error:
        logger.error("The entry script could not be imported", exc_info=error)
        raise StartupFailed(
            f"The entry script {path} could not be imported: {_brief(error)}"
        ) from None
    logger.info(f"Found user script at {script.path}")
    return script


def _initialised(script: EntryScript, settings: Settings) -> EntryScript:
    logger.info("Invoking user's init function")
    try:
        script.init()
    except BaseException as error:
        logger.error("User's init function failed", exc_info=error)
        _list_models(settings.model_directory)
        raise StartupFailed(f"init() of {script.path} failed: {_brief(error)}") from None
    finally:
        printed.end_line()
    logger.info("User's init has completed successfully")
    return script


def _brief(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _list_models(directory: Path | None) -> None:
    if directory is None or not directory.exists():
        logger.info(
            f"Model directory (AZUREML_MODEL_DIR): {directory or 'not set'}; it does not exist."
        )
        return
    logger.info(f"Model Directory Contents: {directory}")
    lines = _tree(directory, "")
    for line in itertools.islice(lines, _TREE_LINES):
        logger.info(line)
    if next(lines, None) is not None:
        logger.info(f"Output Truncated. First {_TREE_LINES} lines shown.")


def _tree(directory: Path, indent: str) -> Iterator[str]:
    for entry in sorted(os.scandir(directory), key=lambda found: found.name):
        folder = entry.is_dir(follow_symlinks=False)
        yield f"{indent}{entry.name}{'/' if folder else ''}"
        if folder:
            yield from _tree(Path(entry.path), indent + "    ")
