"""What a user's folder holds, and what of it cannot be taken: one rule for links, names and odd files."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

MAX_FOLDERS = 10_000
"""How many folders are looked at, each again through every link that leads to it: links can multiply without an end."""

Ignored = Callable[[str], bool]
"""Whether a path below the folder, with a slash behind it where it is a folder, is left out."""

_WHITEOUT = ".wh."
"""What OCI's layers write before the name of a file that is gone."""


class TooManyFoldersError(Exception):
    """A folder with more folders in it than are looked at; the text ends a sentence that begins with the folder."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is seen of a folder, and how its taker is called in sentences."""

    max_files: int
    max_bytes: int
    taker: str
    """`an image`"""
    way_out: str = ""
    """What else than removing a link to nothing helps: `, or leave it out by .amlignore`."""


@dataclass
class Walk:
    """What a folder holds: path below it -> file, and what cannot be taken."""

    limits: Limits
    files: dict[str, Path] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    """Neither files nor folders."""
    left_out: list[str] = field(default_factory=list)
    """Paths that are ignored; what lies below an ignored folder is not looked at."""
    size: int = 0
    folders: int = 0
    """How many were looked at."""

    def full(self) -> bool:
        """Whether there is too much: there is no need to see all of it."""
        return len(self.files) > self.limits.max_files or self.size > self.limits.max_bytes


def walk(folder: Path, ignored: Ignored, limits: Limits) -> Walk:
    """Everything below the folder, by name; links inside it are followed. Raises OSError and TooManyFoldersError."""
    found = Walk(limits)
    _walk(folder, "", (folder.resolve(),), ignored, found)
    return found


def shown(path: str | Path) -> str:
    """The path, whatever bytes are in it."""
    return os.fsencode(path).decode(errors="backslashreplace")


def size_in_words(size: int) -> str:
    """`601 bytes`, `13 kB`, `1.2 MB`, `2.1 GB`."""
    for unit, name in ((10**9, "GB"), (10**6, "MB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size / 1000:.0f} kB" if size >= 1000 else f"{size} bytes"


def _walk(folder: Path, at: str, above: tuple[Path, ...], ignored: Ignored, found: Walk) -> None:
    """Everything below `folder`, which is at `at` of the whole; `above` are the real folders on the way."""
    found.folders += 1
    if found.folders > MAX_FOLDERS:
        raise TooManyFoldersError(
            f"has more than {MAX_FOLDERS:,} folders, each counted again through every link to it"
        )
    for entry in sorted(os.scandir(folder), key=lambda each: each.name):
        if found.full():
            return
        path = Path(entry.path)
        relative = f"{at}{entry.name}"
        if ignored(f"{relative}/" if entry.is_dir() else relative):
            found.left_out.append(relative)
        elif why := _unfit(entry, path, above, found.limits):
            found.problems.append(f"{shown(path)} {why}")
        elif entry.is_dir():
            real = (above[-1] / entry.name).resolve()
            _walk(path, f"{relative}/", (*above, real), ignored, found)
        elif entry.is_file():
            found.files[relative] = path
            found.size += entry.stat().st_size
        else:
            found.odd.append(f"{shown(path)} is neither a file nor a folder: remove it")


def _unfit(
    entry: "os.DirEntry[str]", path: Path, above: tuple[Path, ...], limits: Limits
) -> str | None:
    """Why it can neither be taken nor be passed over unsaid."""
    if not _is_utf8(entry.name):
        return "has a name that is not UTF-8: rename it"
    if entry.name.startswith(_WHITEOUT):
        return "has a name that deletes another file in an image: rename it"
    if not entry.is_symlink():
        return None
    target = (above[-1] / entry.name).resolve()  # which is short, through however many links
    kind = "folder" if entry.is_dir() else "file"
    if not target.exists():
        return f"is a link to nothing: remove it{limits.way_out}"
    if target in above:
        return "is a link to a folder that it is in: remove it"
    if not target.is_relative_to(above[0]):
        return f"is a link to a {kind} outside, which {limits.taker} cannot hold: copy the {kind}"
    return None


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
