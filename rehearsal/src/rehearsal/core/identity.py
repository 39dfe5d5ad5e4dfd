"""Who the rehearsal's user is: tenant, subscription and a client credential made at the first start."""

import json
import secrets
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rehearsal.core.errors import RehearsalError
from rehearsal.machine import private_file

FILE_NAME = "identity.json"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The rehearsal's tenant, subscription and own user (a service principal, Owner of the subscription)."""

    tenant_id: str
    subscription_id: str
    client_id: str
    object_id: str
    client_secret: str = field(repr=False)
    signing_key: str = field(repr=False)
    """Signs the tokens that the Entra stand-in gives out."""


def load(state_dir: Path) -> Identity:
    """The identity kept in `state_dir`, made at the first call. Raises RehearsalError when damaged."""
    path = state_dir / FILE_NAME
    if not path.exists():
        _write(path, _make())
    try:
        return Identity(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as problem:
        raise RehearsalError(
            f"{path} cannot be read ({problem}): remove it, and the next start makes a new identity."
        ) from problem


def _make() -> Identity:
    return Identity(
        tenant_id=str(uuid.uuid4()),
        subscription_id=str(uuid.uuid4()),
        client_id=str(uuid.uuid4()),
        object_id=str(uuid.uuid4()),
        client_secret=secrets.token_urlsafe(32),
        signing_key=secrets.token_hex(32),
    )


def _write(path: Path, identity: Identity) -> None:
    private_file.write(path, json.dumps(asdict(identity), indent=2).encode())
