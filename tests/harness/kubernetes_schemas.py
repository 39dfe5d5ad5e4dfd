"""What Kubernetes and the definitions beside it say of their objects: the files that their Go modules carry.

Downloaded once, by Go's own command, and kept in the cache; nothing of them is built.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from zipfile import ZipFile

from slipway.places import cache_root

KUBERNETES = ("v1.34.3", "v1.36.3", "v1.37.2")
"""What the rehearsal's node runs, what AKS makes by default, and the newest that AKS has."""
GATEWAY_API = ("v1.3.0", "v1.6.1")
"""What AKS manages from Kubernetes 1.34 on, and what the rehearsal's gateway brings."""
KEDA = ("v2.21.0",)

_WANTED = {
    "k8s.io/kubernetes": (KUBERNETES, "api/openapi-spec/swagger.json"),
    "sigs.k8s.io/gateway-api": (GATEWAY_API, "config/crd/standard/"),
    "github.com/kedacore/keda/v2": (KEDA, "config/crd/bases/"),
}


def folder(module: str, version: str) -> Path:
    """Where the files of one module are."""
    found = _place(module, version)
    if not found.is_dir():
        download()
    return found


def _place(module: str, version: str) -> Path:
    return cache_root() / "kubernetes-schemas" / f"{module.replace('/', '_')}@{version}"


def download() -> None:
    """Bring whatever is missing; whoever comes meanwhile waits."""
    root = _place("", "").parent
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _download()


def _download() -> None:
    for module, (versions, wanted) in _WANTED.items():
        for version in versions:
            if not _place(module, version).is_dir():
                print(f"{module} {version}", flush=True)
                _bring(module, version, wanted)


def _bring(module: str, version: str, wanted: str) -> None:
    place = _place(module, version)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        archive = _archive(module, version, Path(scratch))
        whole = Path(scratch) / "whole"
        whole.mkdir()
        root = f"{module}@{version}/{wanted}"
        with ZipFile(archive) as files:
            for name in files.namelist():
                if name.startswith(root):
                    (whole / Path(name).name).write_bytes(files.read(name))
        whole.replace(place)


def _archive(module: str, version: str, scratch: Path) -> Path:
    """A cache of Go's own that goes again: of a hundred megabytes a file or two are wanted."""
    go = shutil.which("go") or "/usr/local/go/bin/go"
    answer = subprocess.run(
        [go, "mod", "download", "-json", f"{module}@{version}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=scratch,
        env=os.environ | {"GOMODCACHE": str(scratch / "go"), "GOFLAGS": "-modcacherw"},
    )
    return Path(json.loads(answer.stdout)["Zip"])
