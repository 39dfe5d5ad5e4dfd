"""What is kept on disk of a running container, so that a new rehearsal knows it again."""

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from rehearsal import private_file
from rehearsal.runtimes.base import ContainerSpec, GroupSpec


@dataclass(frozen=True, kw_only=True)
class Record:
    """One container's last run. `fingerprint` stands for its specification, which holds secrets."""

    fingerprint: str
    pid: int
    created: float
    started_at: str
    restarts: int = 0
    ended: str = ""
    """Why the runtime itself ended it (OOMKilled); empty otherwise."""


def read(path: Path) -> Record | None:
    """The record at `path`; None when there is none, or none that can be read."""
    try:
        return Record(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(path: Path, record: Record) -> None:
    """Replace the record."""
    private_file.write(path, json.dumps(asdict(record)).encode())


class Fingerprints:
    """Tells two specifications apart without keeping what is in them: keyed hashes, the key on disk."""

    def __init__(self, key_file: Path) -> None:
        if not key_file.is_file():
            private_file.write(key_file, secrets.token_bytes(32))
        self._key = key_file.read_bytes()

    def of(self, group: GroupSpec, container: ContainerSpec) -> str:
        """The hash of everything that the container is started with."""
        described = {
            **asdict(container),
            "files": {
                mount: {name: data.hex() for name, data in files.items()}
                for mount, files in container.files.items()
            },
            "ip": group.ip,
            "restart_policy": group.restart_policy,
        }
        text = json.dumps(described, sort_keys=True).encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
