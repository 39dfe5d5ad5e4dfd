"""runc, for containers whose image has no base: they get this machine's system and a Python, read-only.

The rehearsal's own builder puts no base below an image's layers, and the runtime of container groups lends them this
machine's Python; so do pods. An image with a base, as Docker builds it, is run as it is. containerd calls this in the
place of runc (`base.write`); only `create` is changed, everything else is passed on before Python is started.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rehearsal.distribution.image_python import LABEL
from rehearsal.machine.interpreters import NoInterpreterError
from rehearsal.runtimes.process.pythons import clean_python

_LENT = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ssl", "/etc/ld.so.cache")
_USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_LOCAL = Path("/usr/local")
_CANNOT_RUN = 1


def main(arguments: Sequence[str]) -> None:
    """`SOCKET CACHE runc's own arguments`: becomes runc, or ends with a sentence on stderr, which the pod shows."""
    socket, cache, *words = arguments
    bundle = Path(words[words.index("--bundle") + 1])
    config_path = bundle / "config.json"
    config = json.loads(config_path.read_text())
    root = bundle / config["root"]["path"]
    try:
        if not _has_base(root):
            python = clean_python(_python_of(socket, words[-1]), Path(cache))
            _lend(config, root, python)
            config_path.write_text(json.dumps(config))
    except (NoInterpreterError, LookupError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_CANNOT_RUN)
    os.execvp("runc", ["runc", *words])  # noqa: S606 - as containerd would, from the PATH that it has


def _has_base(root: Path) -> bool:
    return (root / "bin").exists() or (root / "usr").exists() or not (root / "opt").exists()


def _python_of(socket: str, container: str) -> str:
    """containerd keeps the image's labels beside each of its containers. Raises LookupError."""
    command = ["ctr", "--address", socket, "--namespace", "k8s.io", "containers", "info", container]
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    labels: Mapping[str, str] = json.loads(found.stdout).get("Labels") or {}
    if LABEL not in labels:
        raise LookupError(
            f"the image has no base, and no label {LABEL} that names its Python: it cannot be run in a pod"
        )
    return labels[LABEL]


def _lend(config: dict[str, Any], root: Path, python: Path) -> None:
    """Everything that is bound is read-only; `/tmp` is the container's own."""
    environment = python.parent.parent
    environment.chmod(0o755)
    mounts = {path: path for path in _LENT if Path(path).exists()}
    installation = Path(os.path.realpath(python)).parent.parent
    if not installation.is_relative_to("/usr"):
        mounts[str(installation)] = str(installation)
    if installation == _LOCAL:
        # Nothing may hide it: `exec`, which has no part in this, does not find the clean one then.
        mounts[str(environment)] = str(environment)
        _put_first(str(python.parent), config["process"].setdefault("env", []))
    else:
        # Where Python's own image has it, so that every PATH leads there.
        mounts[str(_LOCAL)] = str(environment)
    config["mounts"] += [_bound(source, place) for place, source in mounts.items()]
    scratch = root / "tmp"
    if not scratch.exists():
        scratch.mkdir()
        scratch.chmod(0o1777)


def _put_first(folder: str, variables: list[str]) -> None:
    """In the PATH."""
    paths = [one.removeprefix("PATH=") for one in variables if one.startswith("PATH=")]
    variables[:] = [one for one in variables if not one.startswith("PATH=")]
    variables.append(f"PATH={folder}:{paths[0] if paths else _USUAL_PATH}")


def _bound(source: str, place: str) -> dict[str, Any]:
    return {
        "destination": place,
        "type": "bind",
        "source": os.path.realpath(source),
        "options": ["rbind", "ro", "nosuid", "nodev"],
    }


if __name__ == "__main__":
    main(sys.argv[1:])
