"""The bytes of a model, to the registry and back: what is there is not sent, what arrives is whole."""

import os
import shutil
import tempfile
from pathlib import Path

from slipway.registry.connection import Connection
from slipway.registry.errors import RegistryError
from slipway.registry.files import Content, Part
from slipway.registry.many import at_once
from slipway.registry.numbers import EMPTY_BLOB


def upload(connection: Connection, repository: str, content: Content) -> None:
    """Send the files that the repository lacks, each once. Raises RegistryError."""
    by_digest = {part.sha256: part for part in content.parts}
    at_once(lambda part: _send(connection, repository, content, part), list(by_digest.values()))


def download(connection: Connection, repository: str, content: Content, target: Path) -> None:
    """Write the file or folder to `target`, which is not there yet: whole and verified, or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        finished = work / target.name
        places = [(part, _place(finished, content, part)) for part in content.parts]
        at_once(lambda one: _fetch(connection, repository, *one), places)
        _publish(finished, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _send(connection: Connection, repository: str, content: Content, part: Part) -> None:
    from io import BytesIO

    if not part.size:
        connection.put_blob(repository, BytesIO(EMPTY_BLOB))
        return
    if connection.has_blob(repository, f"sha256:{part.sha256}"):
        return
    source = content.sources[part.path]
    try:
        with source.open("rb") as file:
            digest = connection.put_blob(repository, file)
    except OSError as error:
        raise RegistryError(f"The model file {source} cannot be read: {error.strerror}.") from error
    if digest != f"sha256:{part.sha256}":
        raise RegistryError(
            f"The model file {source} changed while it was being uploaded: try again."
        )


def _place(finished: Path, content: Content, part: Part) -> Path:
    if not content.is_folder:
        return finished
    path = finished / part.path
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _fetch(connection: Connection, repository: str, part: Part, target: Path) -> None:
    """Raises RegistryError where the bytes are not those that the digest says."""
    with target.open("xb") as file:
        if part.size:
            for piece in connection.blob_pieces(repository, f"sha256:{part.sha256}"):
                file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _publish(finished: Path, target: Path) -> None:
    """Put it into place; a folder that has appeared there meanwhile stays."""
    try:
        finished.replace(target)
    except OSError as error:
        raise RegistryError(f"{target} cannot be written: {error.strerror}.") from error
