"""Where the rehearsal keeps what: state under XDG_STATE_HOME, what can be made again under XDG_CACHE_HOME."""

import os
from dataclasses import dataclass
from pathlib import Path

from rehearsal.machine import private_folder


@dataclass(frozen=True)
class Places:
    """The folders and files of one rehearsal."""

    state: Path
    cache: Path

    @classmethod
    def of_this_user(cls) -> "Places":
        """By the XDG base directory specification."""
        state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return cls(state / "slipway" / "rehearsal", cache / "slipway")

    def prepare(self) -> None:
        """Make the folders, and let only their owner look into them: images are in the cache, keys in the state."""
        for folder in (self.state, self.cache):
            private_folder.make(folder)

    @property
    def status(self) -> Path:
        """Written when all doors answer, removed at an orderly end."""
        return self.state / "daemon.json"

    @property
    def log(self) -> Path:
        return self.state / "rehearsal.log"

    @property
    def lock(self) -> Path:
        """Held by the running rehearsal."""
        return self.state / "daemon.lock"

    @property
    def pulumi(self) -> Path:
        """The state backend of the stacks that are deployed to the rehearsal."""
        return self.state / "pulumi"

    @property
    def trust(self) -> Path:
        """The system's authorities and the rehearsal's own, in one bundle."""
        return self.state / "tls" / "trust.pem"

    @property
    def passphrase(self) -> Path:
        return self.state / "passphrase"

    @property
    def cluster(self) -> Path:
        """The node that managed clusters are, and the kubeconfig that leads to it. Beside the state: it is started and
        stopped by itself."""
        return self.state.with_name(f"{self.state.name}-cluster")

    @property
    def toolchain(self) -> Path:
        return self.cache / "toolchain"
