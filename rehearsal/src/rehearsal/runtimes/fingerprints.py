"""Tells whether a container that is found again is the one that is wanted."""

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict
from pathlib import Path

from rehearsal.core.containers import ContainerSpec, GroupSpec
from rehearsal.machine import private_file


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
