"""Images of one program and nothing else, as archives that containerd imports."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

_NOBODY = "65535:65535"


def write(archive: Path, name: str, program: Path) -> None:
    """An image `name` that runs `program`, at the root of an empty file system and as nobody."""
    layer = _tar({program.name: (program.read_bytes(), 0o755)})
    layer_digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "created": "1970-01-01T00:00:00Z",
            "config": {"Entrypoint": [f"/{program.name}"], "User": _NOBODY, "WorkingDir": "/"},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer_digest}"]},
        },
        sort_keys=True,
    ).encode()
    config_name = f"{hashlib.sha256(config).hexdigest()}.json"
    layer_name = f"{layer_digest}/layer.tar"
    manifest = json.dumps([{"Config": config_name, "RepoTags": [name], "Layers": [layer_name]}])
    files = {config_name: config, layer_name: layer, "manifest.json": manifest.encode()}
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(_tar({path: (content, 0o644) for path, content in files.items()}))


def _tar(files: dict[str, tuple[bytes, int]]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, (content, mode) in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            tar.addfile(member, io.BytesIO(content))
    return made.getvalue()
