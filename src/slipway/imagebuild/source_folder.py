"""The entry script's folder: which of its files belong to the image."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.ignored import Ignored, ignored_in

_MAX_FILES = 5000
_MAX_BYTES = 256 << 20
_SHOWN = 20


def check(folder: Path, entry_script: Path) -> None:
    """Raises BuildInputError when the folder cannot go into an image."""
    if not folder.is_dir():
        raise _refusal(f"{folder} is not a folder: name the one that holds the script")
    if not entry_script.resolve().is_relative_to(folder.resolve()):
        raise BuildInputError(
            {
                "entry_script": f"{entry_script} is not below the source directory {folder}: "
                "move it there, or leave the source directory out"
            }
        )
    found = _walked(folder)
    if found.problems:
        raise _refusal(_listed(found.problems))
    if entry_script.resolve() not in {path.resolve() for path in found.files.values()}:
        raise _refusal(
            f"{entry_script} is left out by an ignore file in {folder}: take it with `!`"
        )


def summary(folder: Path) -> str:
    """How much of the folder goes into an image."""
    found = _walked(folder)
    count = len(found.files)
    return f"{count} file{'s' if count != 1 else ''}, {_size(found.size)}"


@dataclass
class _Walk:
    """What a folder holds: path below it -> file, and what cannot go into an image."""

    files: dict[str, Path] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    size: int = 0

    def full(self) -> bool:
        """Whether there is too much: there is no need to see all of it."""
        return len(self.files) > _MAX_FILES or self.size > _MAX_BYTES


def files(folder: Path, left_out: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Path below the folder and content of each file, sorted by path; none called as one of `left_out`."""
    for relative, path in sorted(_walked(folder, left_out).files.items()):
        yield relative, read(path)


def read(path: Path) -> bytes:
    """A file as it goes into the image: Python source with `\\n`, however git checked it out."""
    content = path.read_bytes()
    return content.replace(b"\r\n", b"\n") if path.suffix == ".py" else content


def _walked(folder: Path, left_out: Collection[str] = ()) -> _Walk:
    found = _Walk()
    root, ignored = folder.resolve(), ignored_in(folder)
    try:
        _walk(folder, "", (root,), lambda path: ignored(path) or _name(path) in left_out, found)
    except OSError as error:
        raise _refusal(
            f"{error.filename or folder} cannot be read ({error.strerror}): name the folder of the script alone"
        ) from None
    if found.full():
        raise _refusal(
            f"{folder} holds more than {_MAX_FILES} files or {_MAX_BYTES >> 20} MiB: name the folder of the script "
            "alone, leave the rest out by .amlignore, and register large files as models"
        )
    return found


def _walk(folder: Path, at: str, above: tuple[Path, ...], ignored: Ignored, found: _Walk) -> None:
    """Everything below `folder`, which is at `at` in the image; `above` are the real folders on the way."""
    for entry in sorted(os.scandir(folder), key=lambda each: each.name):
        if found.full():
            return
        path = Path(entry.path)
        relative = f"{at}{entry.name}"
        if ignored(f"{relative}/" if entry.is_dir() else relative):
            continue
        if why := _unfit(entry, path, above):
            found.problems.append(f"{_shown(path)} {why}")
        elif entry.is_dir():
            _walk(path, f"{relative}/", (*above, path.resolve()), ignored, found)
        elif entry.is_file():
            found.files[relative] = path
            found.size += entry.stat().st_size


def _unfit(entry: "os.DirEntry[str]", path: Path, above: tuple[Path, ...]) -> str | None:
    """Why it can neither go into the image nor be passed over unsaid."""
    if not _is_utf8(entry.name):
        return "has a name that is not UTF-8: rename it"
    if not entry.is_symlink():
        return None
    target = path.resolve()
    kind = "folder" if entry.is_dir() else "file"
    if not target.exists():
        return "is a link to nothing: remove it, or leave it out by .amlignore"
    if target in above:
        return "is a link to a folder that it is in: remove it"
    if not target.is_relative_to(above[0]):
        return f"is a link to a {kind} outside, which an image cannot hold: copy the {kind}"
    return None


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(path: Path) -> str:
    """The path, whatever bytes are in it."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _name(relative: str) -> str:
    return relative.rstrip("/").rpartition("/")[2]


def _listed(problems: list[str]) -> str:
    """One as it is; several a line each."""
    if len(problems) == 1:
        return problems[0]
    more = len(problems) - _SHOWN
    last = [f"and {more} more"] if more > 0 else []
    lines = "".join(f"\n    {each}" for each in [*problems[:_SHOWN], *last])
    return f"{len(problems)} of its files cannot go into an image:{lines}"


def _refusal(why: str) -> BuildInputError:
    return BuildInputError({"source_directory": why})


def _size(size: int) -> str:
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
