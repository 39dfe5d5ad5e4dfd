"""The files of one container: where they are, and what runtime and supervisor tell each other by them."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ContainerFiles:
    """Everything of a container lies below `folder`, which goes with it."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def scratch(self) -> Path:
        return self.folder / "tmp"

    @property
    def mounts(self) -> Path:
        return self.folder / "mounts"

    @property
    def plan(self) -> Path:
        """What the supervisor runs: secrets are in it, so it is its owner's only."""
        return self.folder / "plan.json"

    @property
    def status(self) -> Path:
        return self.folder / "status.json"

    @property
    def log(self) -> Path:
        return self.folder / "log"


@dataclass(frozen=True, kw_only=True)
class ContainerStatus:
    """What the supervisor last said."""

    state: str = "Waiting"
    ready: bool = False
    restart_count: int = 0
    exit_code: int | None = None
    detail: str = ""
    started_at: str | None = None
    finished_at: str | None = None

    def write(self, path: Path) -> None:
        write_json(path, asdict(self))

    @classmethod
    def read(cls, path: Path) -> "ContainerStatus":
        """The status; that of a container which has not been started yet when there is none."""
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError:
            return cls()


def write_json(path: Path, document: Any) -> None:
    """Atomically, readable by the owner only."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file)
    temporary.replace(path)
