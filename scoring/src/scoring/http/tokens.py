"""JSON web tokens as an alternative to keys (extra `jwt`): signature by a JWKS, issuer, audience, expiry."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scoring.errors import ScoringError

logger = logging.getLogger("scoring.tokens")

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_REFRESH_SECONDS = 600.0
_UNKNOWN_KEY_SECONDS = 10.0
_FETCH_SECONDS = 10.0
_MOST_BYTES = 1 << 20
_REMEMBERED = 1024


class Tokens:
    """Accepts tokens of one issuer for one audience. A companion: reads the key set again every ten minutes."""

    def __init__(self, jwks: str, issuer: str, audience: str) -> None:
        self._jwks = jwks
        self._issuer = issuer
        self._audience = audience
        self._keys: dict[str, Any] = {}
        self._good: dict[str, float] = {}
        self._fetched = 0.0
        self._task: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._load()

    def accepts(self, token: str) -> bool:
        import jwt

        now = time.time()
        if self._good.get(token, 0.0) > now:
            return True
        try:
            key = self._keys.get(jwt.get_unverified_header(token).get("kid", ""))
            if key is None:
                self._wanted.set()
                return False
            claims = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                options={"require": ["exp"]},
            )
        except jwt.PyJWTError:
            return False
        if len(self._good) >= _REMEMBERED:
            self._good.clear()
        self._good[token] = float(claims["exp"])
        return True

    async def start(self) -> None:
        self._task = asyncio.create_task(self._refresh())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _refresh(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._wanted.wait(), _REFRESH_SECONDS)
                # A stranger's token must not make us ask the issuer all the time.
                await asyncio.sleep(
                    max(0.0, self._fetched + _UNKNOWN_KEY_SECONDS - time.monotonic())
                )
            except TimeoutError:
                pass
            self._wanted.clear()
            try:
                await asyncio.to_thread(self._load)
            except ScoringError as error:
                logger.warning("%s The keys stay as they are.", error)

    def _load(self) -> None:
        import jwt

        self._fetched = time.monotonic()
        try:
            keys = jwt.PyJWKSet.from_dict(json.loads(_contents(self._jwks))).keys
        except (OSError, ValueError, AttributeError, jwt.PyJWTError) as error:
            raise ScoringError(f"The key set {self._jwks} cannot be used: {error}.") from None
        self._keys = {key.key_id or "": key for key in keys}
        self._good.clear()


def take_from(variables: Mapping[str, str]) -> Tokens | None:
    """SLIPWAY_JWT_JWKS (file or https address), SLIPWAY_JWT_ISSUER, SLIPWAY_JWT_AUDIENCE. Raises ScoringError."""
    names = ("SLIPWAY_JWT_JWKS", "SLIPWAY_JWT_ISSUER", "SLIPWAY_JWT_AUDIENCE")
    # One that is there and blank is a mistake: the server must not be open where tokens were meant.
    if not any(name in variables for name in names):
        return None
    values = [variables.get(name, "").strip() for name in names]
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise ScoringError(f"Tokens need {' and '.join(missing)} too, and none of them blank.")
    try:
        import jwt  # noqa: F401  (is it there?)
    except ImportError:
        raise ScoringError("Tokens need PyJWT: install slipway-scoring[jwt].") from None
    return Tokens(*values)


def _contents(place: str) -> bytes:
    if "://" not in place:
        return Path(place).read_bytes()
    if not place.startswith("https://"):
        raise ScoringError(f"The key set {place} must be a file or an https address.")
    import urllib.request  # brings a lot along that a server without tokens has no use for

    with urllib.request.urlopen(place, timeout=_FETCH_SECONDS) as answer:  # noqa: S310  (https, checked above)
        return bytes(answer.read(_MOST_BYTES))
