"""Images of a few files, as archives that containerd imports."""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_NOBODY = "65535:65535"
Files = Mapping[str, tuple[bytes, int]]
"""Path -> content and mode."""


def write_program(archive: Path, name: str, program: Path) -> None:
    """An image `name` that runs `program`, at the root of an empty file system and as nobody."""
    files = {program.name: (program.read_bytes(), 0o755)}
    write(archive, name, files, {"Entrypoint": [f"/{program.name}"], "User": _NOBODY})


def write(archive: Path, name: str, files: Files, config: Mapping[str, Any]) -> None:
    """An image `name` of one layer; `config` as in the OCI image specification."""
    layer = _tar(files)
    layer_digest = hashlib.sha256(layer).hexdigest()
    document = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "created": "1970-01-01T00:00:00Z",
            "config": {"WorkingDir": "/", **config},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer_digest}"]},
        },
        sort_keys=True,
    ).encode()
    config_name = f"{hashlib.sha256(document).hexdigest()}.json"
    layer_name = f"{layer_digest}/layer.tar"
    manifest = json.dumps([{"Config": config_name, "RepoTags": [name], "Layers": [layer_name]}])
    parts = {config_name: document, layer_name: layer, "manifest.json": manifest.encode()}
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(_tar({path: (content, 0o644) for path, content in parts.items()}))


def _tar(files: Files) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, (content, mode) in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            tar.addfile(member, io.BytesIO(content))
    return made.getvalue()
