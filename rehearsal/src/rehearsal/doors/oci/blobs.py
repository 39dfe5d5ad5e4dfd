"""Blobs on disk: content-addressed, written aside and renamed when complete and verified.

A SIGKILL at any point leaves either no blob or a whole one; what was being received stays in
`uploads/` and is thrown away a day later.
"""

import hashlib
import os
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio.to_thread

from rehearsal.doors.oci import errors

MAX_BLOB_BYTES = 200 * 1024**3
"""ACR's maximum layer size is 200 GiB."""
STALE_SECONDS = 24 * 3600
_PIECE = 1024 * 1024


@dataclass
class Upload:
    """A session: the bytes so far and their running hash."""

    path: Path
    offset: int = 0
    hasher: Any = field(default_factory=hashlib.sha256)


class BlobFiles:
    """The blobs of one registry. Called from the registry's event loop only."""

    def __init__(self, root: Path, max_bytes: int = MAX_BLOB_BYTES) -> None:
        self._blobs = root / "blobs" / "sha256"
        self._uploads = root / "uploads"
        self._max_bytes = max_bytes
        self._open: dict[str, Upload] = {}
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._uploads.mkdir(parents=True, exist_ok=True)
        self._forget_stale_uploads()

    def path(self, digest: str) -> Path:
        """Where the blob lies, or would lie."""
        hexadecimal = digest.removeprefix("sha256:")
        return self._blobs / hexadecimal[:2] / hexadecimal

    def delete(self, digest: str) -> None:
        """Remove the file; one that is not there is no error."""
        self.path(digest).unlink(missing_ok=True)

    def begin(self) -> str:
        """Open an upload session and answer its id."""
        upload_id = str(uuid.uuid4())
        path = self._uploads / upload_id
        path.touch(mode=0o600)
        self._open[upload_id] = Upload(path)
        return upload_id

    def received(self, upload_id: str) -> int:
        """Bytes that the session holds."""
        return self._session(upload_id).offset

    async def append(self, upload_id: str, content: AsyncIterator[bytes]) -> int:
        """Add a chunk; returns the bytes now held. A chunk that breaks off is taken back whole."""
        session = self._session(upload_id)
        start, hasher = session.offset, session.hasher.copy()
        try:
            with session.path.open("r+b") as file:
                file.seek(start)
                async for piece in content:
                    if session.offset + len(piece) > self._max_bytes:
                        raise errors.size_invalid(self._max_bytes)
                    file.write(piece)
                    session.hasher.update(piece)
                    session.offset += len(piece)
        except BaseException:
            session.offset, session.hasher = start, hasher
            os.truncate(session.path, start)
            raise
        return session.offset

    async def finish(self, upload_id: str, digest: str) -> None:
        """Verify the digest and move the bytes to their place, durably."""
        session = self._session(upload_id)
        actual = f"sha256:{session.hasher.hexdigest()}"
        if actual != digest:
            self.cancel(upload_id)
            raise errors.digest_invalid(f"the content is {actual}, not {digest}")
        await anyio.to_thread.run_sync(_settle, session.path, self.path(digest))
        del self._open[upload_id]

    def cancel(self, upload_id: str) -> None:
        """Throw the session away."""
        self._session(upload_id).path.unlink(missing_ok=True)
        self._open.pop(upload_id, None)

    def _session(self, upload_id: str) -> Upload:
        """The session, also one begun before a restart: its bytes are hashed again."""
        if upload_id not in self._open:
            path = self._uploads / _plain(upload_id)
            if not path.is_file():
                raise errors.upload_unknown(upload_id)
            self._open[upload_id] = _reopen(path)
        return self._open[upload_id]

    def _forget_stale_uploads(self) -> None:
        for path in self._uploads.iterdir():
            if path.stat().st_mtime < time.time() - STALE_SECONDS:
                path.unlink()


def _plain(upload_id: str) -> str:
    """The id as a file name; it comes from the URL and must not be a path."""
    try:
        return str(uuid.UUID(upload_id))
    except ValueError:
        raise errors.upload_unknown(upload_id) from None


def _reopen(path: Path) -> Upload:
    session = Upload(path)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            session.hasher.update(piece)
            session.offset += len(piece)
    return session


def _settle(upload: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    with upload.open("rb") as file:
        os.fsync(file.fileno())
    upload.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
