"""Writes a build context: a folder with exactly the files of the image, always the same to the byte."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from slipway.imagebuild.content import in_order, key_of, read_content, render
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.spec import ContextSpec, ModelFile

# 1980-01-01, the oldest date that every archive format can hold.
MTIME = 315_532_800
_FILE_MODE, _FOLDER_MODE = 0o644, 0o755
_DOCKERIGNORE = b"Dockerfile\n.dockerignore\n"
_CHUNK = 1 << 20


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
            "file": _model_path(model).removeprefix("models/"),
            "sha256": model.sha256,
            "framework": model.framework,
            "framework_version": model.framework_version,
        }
        for model in in_order(spec)
    ]
    return {"models/models.json": json.dumps({"models": entries}, indent=2).encode()}


def _folder_name(small: dict[str, bytes], spec: ContextSpec) -> str:
    digest = hashlib.sha256()
    for path, data in sorted(small.items()):
        digest.update(f"{path}\0{hashlib.sha256(data).hexdigest()}\0".encode())
    for model in in_order(spec):
        digest.update(f"{_model_path(model)}\0{model.sha256}\0".encode())
    return digest.hexdigest()[:32]


def _model_path(model: ModelFile) -> str:
    return f"models/{model.name}/{model.version}/{model.path.name}"


def _is_complete(target: Path, small: dict[str, bytes], spec: ContextSpec) -> bool:
    """Whether the folder holds what it should, to the byte: any builder's image of it gets a number."""
    wanted = {path: hashlib.sha256(data).hexdigest() for path, data in small.items()}
    wanted |= {_model_path(model): model.sha256 for model in spec.models}
    found = {path.relative_to(target).as_posix(): path for path in _files(target)}
    return found.keys() == wanted.keys() and all(
        _sha256(path) == wanted[name] for name, path in found.items()
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build(target: Path, small: dict[str, bytes], spec: ContextSpec) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        (work / "models").mkdir()
        for path, data in small.items():
            _parent(work / path).write_bytes(data)
        for model in spec.models:
            _copy_model(model, _parent(work / _model_path(model)))
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


def _copy_model(model: ModelFile, target: Path) -> None:
    """Copy while hashing: the file may have changed since it was registered."""
    digest = hashlib.sha256()
    with model.path.open("rb") as source, target.open("wb") as copy:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
    if digest.hexdigest() != model.sha256:
        raise BuildInputError(
            {
                f"model {model.name}": f"{model.path} has sha256 {digest.hexdigest()}, "
                f"but {model.sha256} was registered: the file changed in between, so deploy again"
            }
        )


def _normalise(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(_FOLDER_MODE if path.is_dir() else _FILE_MODE)
        os.utime(path, (MTIME, MTIME))
    folder.chmod(_FOLDER_MODE)
    os.utime(folder, (MTIME, MTIME))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
