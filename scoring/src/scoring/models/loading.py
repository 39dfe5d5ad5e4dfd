"""All models of a directory, loaded, checked and warmed up."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from scoring.errors import ScoringError, StartupFailed
from scoring.models import discovery, onnx, pickled
from scoring.models.base import Model
from scoring.models.discovery import SUFFIXES, ModelFile
from scoring.models.trust import Trust, read_checked
from scoring.models.warmup import warm_up

logger = logging.getLogger("scoring.models")


def load_all(directory: Path, trust: Trust, threads: int) -> list[Model]:
    """`threads`: for one computation. Raises StartupFailed with every problem found."""
    files = _found(directory)
    models: list[Model] = []
    problems: list[str] = []
    for file in files:
        try:
            models.append(_load(file, trust, threads))
        except (ScoringError, OSError) as error:
            problems.append(str(error))
    if problems:
        raise StartupFailed("; ".join(problems))
    return models


def _found(directory: Path) -> list[ModelFile]:
    try:
        files = discovery.find(directory)
    except ScoringError as error:
        raise StartupFailed(str(error)) from None
    if not files:
        raise StartupFailed(
            f"{directory} holds neither an entry script nor a model; "
            f"a model is a file that ends in {', '.join(sorted(SUFFIXES))}"
        )
    return files


def _load(file: ModelFile, trust: Trust, threads: int) -> Model:
    started = time.perf_counter()
    content = read_checked(file, trust)
    loader = onnx.load if file.path.suffix.lower() == ".onnx" else pickled.load
    model = loader(file, content, threads)
    warm_up(model)
    spent = round((time.perf_counter() - started) * 1e3)
    logger.info("Loaded %s:%s from %s in %s ms", model.name, model.version, file.path, spent)
    return model
