"""Who pushes: the resource's `registries`, the provider's, `docker login`, and last the rehearsal's own user."""

import base64
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rehearsal.core.arm import Arm
from rehearsal.core.tokens import ACR_AUDIENCE, Tokens
from rehearsal.core.type_names import REGISTRY
from rehearsal.distribution.auth import RegistryAuth


class Credentials:
    """Answers the credentials for a registry host."""

    def __init__(self, arm: Arm, tokens: Tokens) -> None:
        self._arm = arm
        self._tokens = tokens

    def find(self, host: str, given: Sequence[Mapping[str, Any]]) -> RegistryAuth:
        """`given`: the `registries` of resource and provider, the nearer first."""
        for registry in given:
            if _host(registry.get("address", "")) == host and registry.get("password"):
                return RegistryAuth(
                    username=registry.get("username") or "", password=registry["password"]
                )
        return _logged_in(host) or self._own(host)

    def _own(self, host: str) -> RegistryAuth:
        """The rehearsal's user at the rehearsal's registries, as after `az acr login`."""
        servers = [one["properties"].get("loginServer") for one in self._arm.list(REGISTRY)]
        if host not in servers:
            return RegistryAuth()
        return RegistryAuth(bearer=self._tokens.issue(self._tokens.user.object_id, ACR_AUDIENCE))


def _host(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").split("/")[0]


def _logged_in(host: str) -> RegistryAuth | None:
    """What `docker login` wrote; helpers that keep passwords elsewhere are not asked."""
    folder = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    try:
        auths = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("auths") or {}
        text = base64.b64decode(auths[host]["auth"]).decode()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    username, _, password = text.partition(":")
    return RegistryAuth(username=username, password=password) if password else None
