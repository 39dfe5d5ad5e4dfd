"""A pickle runs code when it is loaded, so only the registered bytes are loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from scoring.errors import ScoringError
from scoring.models.discovery import PICKLES, ModelFile

#: Digests of pickles that may be loaded: hexadecimal, separated by commas or spaces.
VARIABLE = "SLIPWAY_MODEL_SHA256"


@dataclass(frozen=True)
class Trust:
    """`digests` may be loaded under any name; `everything` is the user's `--trust-pickle`."""

    digests: frozenset[str] = frozenset()
    everything: bool = False


def parse(text: str, *, everything: bool = False) -> Trust:
    """`text` as the variable holds it. Raises ScoringError for what is no SHA-256."""
    digests = frozenset(text.replace(",", " ").lower().split())
    wrong = sorted(
        digest for digest in digests if len(digest) != 64 or set(digest) - set("0123456789abcdef")
    )
    if wrong:
        raise ScoringError(
            f"{VARIABLE} holds {wrong[0][:80]!r}; a SHA-256 is 64 hexadecimal digits"
        )
    return Trust(digests, everything)


def read_checked(model: ModelFile, trust: Trust) -> bytes:
    """The file's bytes, which are those that were checked. Raises ScoringError when they may not be loaded."""
    content = model.path.read_bytes()
    if not content:
        raise ScoringError(f"{model.path} is empty; it must be a trained model")
    digest = hashlib.sha256(content).hexdigest()
    if model.entry is not None and model.entry.sha256.lower() != digest:
        raise ScoringError(
            f"{model.path} has sha256 {digest}, but {model.name}:{model.version} was registered "
            f"with {model.entry.sha256}; the file was changed after registration"
        )
    if model.path.suffix.lower() in PICKLES and not _trusted(model, digest, trust):
        raise ScoringError(
            f"{model.path} is a pickle, which runs code when loaded, and its sha256 {digest} is not registered; "
            f"register it, set {VARIABLE}={digest}, or start with --trust-pickle"
        )
    return content


def _trusted(model: ModelFile, digest: str, trust: Trust) -> bool:
    return trust.everything or model.entry is not None or digest in trust.digests
