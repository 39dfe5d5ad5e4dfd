"""One batch from beginning to end."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.batch import output
from scoring.batch.parts import Parts, is_published
from scoring.batch.predictor import Call, predict
from scoring.batch.progress import Progress
from scoring.batch.rows import Row, Rows, chunks
from scoring.errors import ScoringError

_HEAD_BYTES = 2**20


@dataclass(frozen=True)
class Report:
    """`resumed` rows had been done by a run before this one."""

    rows: int
    errors: int
    resumed: int


def fingerprint(given: Path, source: Path, chunk_rows: int, variant: str) -> dict[str, Any]:
    """What must be the same for a batch to be gone on with."""
    stat = given.stat()
    with given.open("rb") as file:
        head = hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()
    return {
        "input": [stat.st_size, stat.st_mtime_ns, head],
        "model": _model_files(source),
        "chunk size": chunk_rows,
        "options": variant,
    }


def _model_files(source: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(source.rglob("*")):
        # Python writes its caches while the script runs; dotted files are editors' and tools'.
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            stat = path.stat()
            found.update(f"{path.relative_to(source)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()


def finished_before(out: Path, *, overwrite: bool) -> bool:
    """True when a run before wrote OUT whole and was killed while tidying up. Raises ScoringError."""
    if is_published(out):
        return True
    if out.exists() and not overwrite:
        raise ScoringError(f"OUT is {out}, which exists; name another, or give --overwrite")
    return False


def run(rows: Rows, call: Call, out: Path, parts: Parts, chunk_rows: int) -> Report:
    """Scores what is not yet scored, then writes OUT under its name at once."""
    progress = Progress()
    done = parts.finished()
    iterator = iter(rows)
    resumed = count = errors = 0
    for number, chunk in enumerate(chunks(iterator, chunk_rows)):
        count += len(chunk)
        if number < done:
            resumed += len(chunk)
            continue
        scored = _scored(chunk, call)
        parts.write(number, scored)
        errors += sum(1 for _, _, error in scored if error)
        progress.update(rows.done(), count, errors)
    progress.finish()
    return _written(rows, out, parts, count, resumed)


def _written(rows: Rows, out: Path, parts: Parts, count: int, resumed: int) -> Report:
    part = out.with_name(f".{out.name}.part")
    written, errors = output.write(part, output.check(out), rows.columns, parts.rows)
    if written != count:
        raise ScoringError(
            f"{count} rows were read, but {written} are in {parts.folder}; remove it and begin again"
        )
    parts.publish(part, out)
    return Report(count, errors, resumed)


def _scored(chunk: list[Row], call: Call) -> list[list[Any]]:
    answers = iter(predict(call, [row.values for row in chunk if row.error is None]))
    scored = []
    for row in chunk:
        if row.error is not None:
            scored.append([row.shown, None, row.error])
            continue
        answer = next(answers)
        scored.append([row.shown, answer.value, answer.error])
    return scored
