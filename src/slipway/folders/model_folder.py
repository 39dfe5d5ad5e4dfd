"""A folder as a model (SavedModel, transformers, MLflow): its files, and the hash that is its identity."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from slipway.folders.hashing import file_hash
from slipway.folders.walking import (
    Ignored,
    Limits,
    TooManyFoldersError,
    Walk,
    shown,
    size_in_words,
    walk,
)
from slipway.rules.left_out import CREDENTIALS, LEFT_OUT, OF_A_MODEL
from slipway.rules.model_size import VARIABLE, max_model_bytes

MAX_FILES = 5_000
# A manifest, which names each file twice, has at most 4 MiB: 1.5 for what is said of 5,000 files, 2 for their names.
MAX_NAMES_BYTES = 1 << 20
_SHOWN = 3
_THREADS = 4
# A hash of bytes never looks so: a folder is never taken for the file that lists it.
_PREFIX = "folder-"
_HASH = re.compile(r"folder-[0-9a-f]{64}")


class UnfitFolderError(Exception):
    """A folder that cannot be a model; the text ends a sentence that begins with the folder."""


def check(folder: Path) -> Walk:
    """What belongs to the model. Raises UnfitFolderError with all that forbids it."""
    found = _walked(folder)
    problems = [*found.problems, *found.odd, *_alike(found.files)]
    if problems:
        more = f" (and {len(problems) - _SHOWN} more)" if len(problems) > _SHOWN else ""
        raise UnfitFolderError(f"cannot be a model: {'; '.join(problems[:_SHOWN])}{more}")
    if not found.files:
        but = f" but {_listed(found.left_out)}, which never belong to a model" * bool(
            found.left_out
        )
        raise UnfitFolderError(f"holds no file{but}: name the folder that holds the model")
    if sum(len(json.dumps(path)) for path in found.files) > MAX_NAMES_BYTES:
        raise UnfitFolderError(
            f"has {len(found.files):,} files with names of more than {MAX_NAMES_BYTES >> 20} MiB together, which no "
            "registry's manifest holds: register an archive of it"
        )
    return found


def summary(folder: Path) -> str:
    """What of the folder is the model. Raises UnfitFolderError."""
    found = check(folder)
    count = len(found.files)
    without = f"; left out: {_listed(found.left_out)}" if found.left_out else ""
    return f"{count:,} file{'s' if count != 1 else ''}, {size_in_words(found.size)}{without}"


def hashes(files: Mapping[str, Path]) -> dict[str, str]:
    """Hexadecimal SHA-256 of each file, by path. Raises OSError."""
    with ThreadPoolExecutor(_THREADS) as pool:
        return dict(zip(files, pool.map(file_hash, files.values()), strict=True))


def hash_of(found: Mapping[str, str]) -> str:
    """`folder-<hex>` over paths and hashes of all files; nothing else of the folder counts."""
    digest = hashlib.sha256()
    for path, sha256 in sorted(found.items()):
        digest.update(f"{path}\0{sha256}\0".encode())
    return _PREFIX + digest.hexdigest()


def is_hash(text: str) -> bool:
    """Whether `hash_of` could have said this."""
    return _HASH.fullmatch(text) is not None


def name_of(path: Path) -> str:
    """What the model's file or folder is called, also where the path is `.` or ends in `..`."""
    return path.name if path.name not in ("", "..") else path.resolve().name


def _walked(folder: Path) -> Walk:
    try:
        limits = Limits(max_files=MAX_FILES, max_bytes=max_model_bytes(), taker="a model")
        found = walk(folder, _ignored(), limits)
    except OSError as error:
        where = shown(error.filename or folder)
        raise UnfitFolderError(f"cannot be read: {where}: {error.strerror}") from None
    except TooManyFoldersError as error:
        raise UnfitFolderError(
            f"{error}: remove links to folders, or register an archive of it"
        ) from None
    except ValueError as error:
        raise UnfitFolderError(f"cannot be measured: {error}") from None
    if len(found.files) > limits.max_files:
        raise UnfitFolderError(
            f"holds more than {limits.max_files:,} files: register an archive of it"
        )
    if found.size > limits.max_bytes:
        raise UnfitFolderError(f"has more than the allowed {limits.max_bytes:,} bytes ({VARIABLE})")
    return found


@lru_cache(maxsize=1)
def _ignored() -> Ignored:
    """Ignore files are not heeded: that of a repository of models leaves out the weights."""
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines((*sorted(LEFT_OUT), *CREDENTIALS, *OF_A_MODEL)).match_file


def _alike(files: Mapping[str, Path]) -> Iterator[str]:
    """Names that a machine without capitals in its file system, or with accents of its own, takes for one."""
    for _, same in groupby(sorted(files, key=_folded), key=_folded):
        paths = [shown(files[path]) for path in same]
        if len(paths) > 1:
            yield f"{' and '.join(paths)} have the same name on other machines: rename one"


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return f"{', '.join(map(shown, paths[:_SHOWN]))}{more}"
