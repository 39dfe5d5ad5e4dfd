"""The entry script's folder: which of its files belong to the image."""

from collections.abc import Collection, Iterator
from pathlib import Path

from slipway.folders.walking import Limits, TooManyFoldersError, Walk, size_in_words, walk
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.ignored import ignored_in

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
    return f"{count} file{'s' if count != 1 else ''}, {size_in_words(found.size)}"


def files(folder: Path, left_out: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Path below the folder and content of each file, sorted by path; none called as one of `left_out`."""
    for relative, path in sorted(_walked(folder, left_out).files.items()):
        yield relative, read(path)


def read(path: Path) -> bytes:
    """A file as it goes into the image: Python source with `\\n`, however git checked it out."""
    content = path.read_bytes()
    return content.replace(b"\r\n", b"\n") if path.suffix == ".py" else content


def _walked(folder: Path, left_out: Collection[str] = ()) -> Walk:
    ignored = ignored_in(folder)
    limits = Limits(
        max_files=_MAX_FILES,
        max_bytes=_MAX_BYTES,
        taker="an image",
        way_out=", or leave it out by .amlignore",
    )
    try:
        found = walk(folder, lambda path: ignored(path) or _name(path) in left_out, limits)
    except OSError as error:
        raise _refusal(
            f"{error.filename or folder} cannot be read ({error.strerror}): name the folder of the script alone"
        ) from None
    except TooManyFoldersError as error:
        raise _refusal(
            f"{folder} {error}: remove links to folders, name the folder of the script alone, or leave the rest out by "
            ".amlignore"
        ) from None
    if found.full():
        raise _refusal(
            f"{folder} holds more than {_MAX_FILES} files or {_MAX_BYTES >> 20} MiB: name the folder of the script "
            "alone, leave the rest out by .amlignore, and register large files as models"
        )
    return found


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
