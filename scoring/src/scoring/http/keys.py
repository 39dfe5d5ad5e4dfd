"""Keys: primary and secondary, from the environment or from files that may be rewritten at any time."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import MutableMapping
from pathlib import Path

from scoring.errors import ScoringError

logger = logging.getLogger("scoring.keys")

_NAMES = ("SLIPWAY_PRIMARY_KEY", "SLIPWAY_SECONDARY_KEY")

# What Azure ML's front end answers (reported by users; it is not documented).
WRONG_KEY = "key_auth_access_denied"
WRONG_HEADER = "key_auth_bad_header_forbidden"


class Keys:
    """The keys that are good now."""

    def __init__(self, given: dict[str, str], files: dict[str, Path]) -> None:
        self._given = given
        self._files = files
        self._digests = [_digest(key) for key in given.values()]
        self.reload(first=True)

    @property
    def watched(self) -> bool:
        return bool(self._files)

    def accepts(self, key: str) -> bool:
        """Compares with every key, in constant time."""
        digest = _digest(key)
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        return any(matches)

    def reload(self, *, first: bool = False) -> None:
        """Reads the files again; a file that is missing or empty leaves the keys as they are."""
        keys = dict(self._given)
        for name, path in self._files.items():
            try:
                text = path.read_text(encoding="utf-8").strip()
            except OSError as error:
                text = ""
                why = error.strerror or str(error)
            except UnicodeDecodeError:
                text = ""
                why = "it is not text in UTF-8"
            else:
                why = "it is empty"
            if not text:
                if first:
                    raise ScoringError(f"The key file {path} ({name}_FILE) cannot be used: {why}.")
                logger.warning("Key file %s ignored: %s; the keys stay as they are", path, why)
                return
            keys[name] = text
        digests = [_digest(key) for key in keys.values()]
        if digests != self._digests and not first:
            logger.info("Keys have been replaced")
        self._digests = digests


def take_from(variables: MutableMapping[str, str]) -> Keys | None:
    """The keys that the environment names, taken out of it so that no child process or log sees them.

    None when none of the variables is there: only then is the server open. Raises ScoringError.
    """
    # As a secret that was never filled in would open the server to everybody, a blank value is no absent one.
    given = {name: variables.pop(name).strip() for name in _NAMES if name in variables}
    named = {name: file for name in _NAMES if (file := variables.get(f"{name}_FILE")) is not None}
    _refuse_blank({**given, **{f"{name}_FILE": file.strip() for name, file in named.items()}})
    files = {name: Path(file) for name, file in named.items()}
    return Keys(given, files) if given or files else None


def _refuse_blank(values: dict[str, str]) -> None:
    blank = [name for name, value in values.items() if not value]
    if blank:
        raise ScoringError(
            f"{' and '.join(blank)} must not be empty or white space only: give a value, or leave the variable out "
            "for a server without keys."
        )


def _digest(key: str) -> bytes:
    # A variable that is not UTF-8 comes with surrogates for its bytes.
    return hashlib.sha256(key.encode(errors="surrogateescape")).digest()
