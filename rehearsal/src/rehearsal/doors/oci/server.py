"""The OCI door: one TLS port on loopback per Registry resource."""

import hmac
import shutil
import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from rehearsal.core.errors import ArmError
from rehearsal.core.rbac import Rbac
from rehearsal.core.tokens import Tokens
from rehearsal.core.type_names import REGISTRY
from rehearsal.doors.kind import TlsFiles
from rehearsal.doors.oci import app
from rehearsal.doors.oci.blobs import BlobFiles
from rehearsal.doors.oci.catalog import Catalog
from rehearsal.doors.oci.gate import Gate
from rehearsal.doors.oci.registry import Registry
from rehearsal.doors.oci.tokens import RegistryTokens
from rehearsal.doors.oci.traffic import Traffic
from rehearsal.doors.tls_server import TlsServer, listen

_GRACE_SECONDS = 5


class Lister(Protocol):
    """The ARM core (`rehearsal.core.arm.Arm`), as far as this door asks it."""

    def list(self, resource_type: str | None = None) -> Sequence[dict[str, Any]]:
        """Documents of a type."""

    def action(self, resource_id: str, name: str) -> dict[str, Any]:
        """POST `<id>/<name>`. Raises ArmError."""


class OciDoor:
    """Serves registries from `state_dir`. All methods may be called from any thread."""

    def __init__(
        self, arm: Lister, tokens: Tokens, rbac: Rbac, tls: TlsFiles, state_dir: Path
    ) -> None:
        self._arm = arm
        self._tokens = tokens
        self._rbac = rbac
        self._tls = tls
        self._state_dir = state_dir / "registries"
        self._state_dir.mkdir(parents=True, exist_ok=True)
        self._own = RegistryTokens(self._state_dir)
        self._serving: dict[str, _Serving] = {}
        self._lock = threading.Lock()

    def open(self, name: str, port: int) -> None:
        """Serve the registry at `localhost:<port>` (0: any free port, see `port`).

        One that is open stays as it is. Raises OSError when the port is taken.
        """
        with self._lock:
            if name not in self._serving:
                self._serving[name] = self._serve(name, port)

    def port(self, name: str) -> int:
        """Where the registry is served. Raises KeyError when it is not open."""
        return self._serving[name].port

    def close(self, name: str) -> None:
        """The registry is deleted: stop serving it and remove its content."""
        with self._lock:
            serving = self._serving.pop(name, None)
            if serving is not None:
                serving.stop()
            shutil.rmtree(self._state_dir / name, ignore_errors=True)

    def stop(self) -> None:
        """Stop serving all; their content stays."""
        with self._lock:
            for serving in self._serving.values():
                serving.stop()
            self._serving.clear()

    def refresh_token(self, name: str, principal_id: str) -> str:
        """A password for TOKEN_USER, as `az acr login --expose-token` gives one."""
        return self._own.refresh(_host(self._serving[name].port), principal_id)

    def bytes_received(self, name: str) -> dict[str, int]:
        """Bytes of accepted request bodies per repository, since the registry was opened."""
        return dict(self._serving[name].traffic.received)

    def _serve(self, name: str, port: int) -> "_Serving":
        root = self._state_dir / name
        root.mkdir(parents=True, exist_ok=True)
        listener = _listen(port)
        host = _host(listener.getsockname()[1])
        find = self._registry_id(name)
        gate = Gate(host, find, self._own, self._tokens, self._rbac, self._admin(find))
        registry = Registry(gate, Catalog(root / "catalog.sqlite"), BlobFiles(root))
        return _Serving(registry, Traffic(root / "access.log"), listener, self._tls)

    def _admin(self, find: Callable[[], str | None]) -> Callable[[str, str], bool]:
        def accepts(user: str, password: str) -> bool:
            registry = find()
            try:
                found = self._arm.action(registry, "listCredentials") if registry else {}
            except ArmError:  # it has no admin user
                return False
            passwords = [one["value"].encode() for one in found.get("passwords", [])]
            same = [hmac.compare_digest(password.encode(), one) for one in passwords]
            return any(same) and user.lower() == found["username"].lower()

        return accepts

    def _registry_id(self, name: str) -> Callable[[], str | None]:
        def find() -> str | None:
            for document in self._arm.list(REGISTRY):
                if document["name"].lower() == name.lower():
                    return str(document["id"])
            return None

        return find


class _Serving:
    """One registry's server."""

    def __init__(
        self, registry: Registry, traffic: Traffic, listener: socket.socket, tls: TlsFiles
    ) -> None:
        self.port: int = listener.getsockname()[1]
        self.traffic = traffic
        self._catalog = registry.catalog
        self._server = TlsServer(
            app.build(registry, traffic),
            listener,
            tls,
            name=f"oci-{self.port}",
            grace_seconds=_GRACE_SECONDS,
        )

    def stop(self) -> None:
        """Finish what is under way, for a few seconds, and let the port go."""
        self._server.stop()
        self._catalog.close()


def _listen(port: int) -> socket.socket:
    try:
        return listen(port)
    except OSError as problem:
        raise OSError(problem.errno, f"{problem.strerror}: port {port} of a registry") from problem


def _host(port: int) -> str:
    return f"localhost:{port}"
