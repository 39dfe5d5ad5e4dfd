"""Pulumi's `file://` back end as it lies on disk: where it is, what of it belongs to a stack, what a kill can spoil.

Beside each file it keeps another with the file's attributes (gocloud.dev's fileblob, `NAME.attrs`). The file is
replaced in one step; the attributes are not, and a process that is killed meanwhile leaves them empty. Pulumi then
says "failed to load checkpoint: EOF" of a state that is whole. Without the attributes it reads the state as before.
`?metadata=skip` at the end of the back end's address makes it keep none.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from slipway.cli.stacks import Stack

_ATTRIBUTES = ".attrs"


def root() -> Path | None:
    """The folder with stacks and locks, or None where the state is kept elsewhere."""
    address = os.environ.get("PULUMI_BACKEND_URL", "")
    if not address.startswith("file://"):
        return None
    return Path(urlsplit(address).path).expanduser() / ".pulumi"


def drop_unreadable_attributes(stack: Stack) -> list[Path]:
    """Remove a stack's truncated attribute files; return the files they belong to. No update may be running."""
    cut_off = [path for path in _attributes(stack) if not _readable(path)]
    for path in cut_off:
        path.unlink()
    return [path.with_name(path.name.removesuffix(_ATTRIBUTES)) for path in cut_off]


def _attributes(stack: Stack) -> Iterator[Path]:
    """Those of its state (`dev.json`, `dev.json.bak`), and in folders of its name those of its locks and history."""
    folder = root()
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.rglob(f"*{_ATTRIBUTES}")):
        if path.parent.name == stack.short or path.name.startswith(f"{stack.short}.json"):
            yield path


def _readable(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True
