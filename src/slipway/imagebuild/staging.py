"""Writes a build context: a folder with exactly the files of the image, always the same to the byte."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from slipway.folders.hashing import file_hash
from slipway.imagebuild import bare_models, staged_models
from slipway.imagebuild.content import in_order, key_of, read_content, render
from slipway.imagebuild.spec import ContextSpec, ModelFile

# 1980-01-01, the oldest date that every archive format can hold.
MTIME = 315_532_800
_FILE_MODE, _FOLDER_MODE = 0o644, 0o755
_DOCKERIGNORE = b"Dockerfile\n.dockerignore\n"


def stage(spec: ContextSpec, root: Path, cache_dir: Path | None = None) -> Path:
    """A folder below `root` that holds the build context of `spec`: Dockerfile, lock, runtime, app, models.

    The folder's name is the hash of what is in it; one that is complete is used again. It appears whole or not
    at all, so that a kill leaves nothing half done. Raises BuildInputError.
    """
    content = read_content(spec, cache_dir)
    small = {
        "Dockerfile": render(spec, content, key_of(spec, content)).encode(),
        ".dockerignore": _DOCKERIGNORE,
        "requirements.lock": content.lock.encode(),
        **{f"wheels/{name}": data for name, data in content.wheels},
        **{f"runtime/{path}": data for path, data in content.runtime},
        **{f"app/{path}": data for path, data in content.app},
        **_manifest(spec),
    }
    target = root / _folder_name(small, spec)
    if not _is_complete(target, small, spec):
        _build(target, small, spec)
    return target


def _manifest(spec: ContextSpec) -> dict[str, bytes]:
    """What the scoring runtime trusts models by where no script loads them (scoring/models/manifest.py)."""
    if spec.entry_script is not None:
        return {}
    entries = [
        {
            "name": model.name,
            "version": str(model.version),
            **_served(model),
            "framework": model.framework,
            "framework_version": model.framework_version,
        }
        for model in in_order(spec)
    ]
    return {"models/models.json": json.dumps({"models": entries}, indent=2).encode()}


def _served(model: ModelFile) -> dict[str, str]:
    """The file that the runtime loads, and its hash."""
    file = bare_models.served(model.path)
    below = _model_path(model).removeprefix("models/")
    if file == model.path:
        return {"file": below, "sha256": model.sha256}
    return {"file": f"{below}/{file.name}", "sha256": file_hash(file)}


def _folder_name(small: dict[str, bytes], spec: ContextSpec) -> str:
    digest = hashlib.sha256()
    for path, data in sorted(small.items()):
        digest.update(f"{path}\0{hashlib.sha256(data).hexdigest()}\0".encode())
    for model in in_order(spec):
        digest.update(f"{_model_path(model)}\0{model.sha256}\0".encode())
    return digest.hexdigest()[:32]


def _model_path(model: ModelFile) -> str:
    return f"models/{model.name}/{model.version}/{model.filename}"


def _is_complete(target: Path, small: dict[str, bytes], spec: ContextSpec) -> bool:
    """Whether the folder holds what it should, to the byte: any builder's image of it gets a number."""
    found = {path.relative_to(target).as_posix(): path for path in _files(target)}
    of_models = [staged_models.below(_model_path(model), found) for model in spec.models]
    rest = found.keys() - {path for paths in of_models for path in paths}
    return (
        rest == small.keys()
        and all(found[path].read_bytes() == data for path, data in small.items())
        and all(
            staged_models.is_whole(model, _model_path(model), {path: found[path] for path in paths})
            for model, paths in zip(spec.models, of_models, strict=True)
        )
    )


def _build(target: Path, small: dict[str, bytes], spec: ContextSpec) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        (work / "models").mkdir()
        for path, data in small.items():
            _parent(work / path).write_bytes(data)
        for model in spec.models:
            staged_models.copy(model, work / _model_path(model))
        _normalise(work)
        _publish(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _publish(work: Path, target: Path) -> None:
    """Put the finished folder into place; whoever was there first with the same content wins."""
    damaged = Path(f"{work}.old")
    if target.exists():
        target.rename(damaged)
    try:
        work.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    shutil.rmtree(damaged, ignore_errors=True)


def _parent(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _normalise(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(_FOLDER_MODE if path.is_dir() else _FILE_MODE)
        os.utime(path, (MTIME, MTIME))
    folder.chmod(_FOLDER_MODE)
    os.utime(folder, (MTIME, MTIME))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
