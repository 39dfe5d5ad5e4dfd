"""The OCI door: one TLS port on loopback per Registry resource."""

import shutil
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn

from rehearsal.doors.oci import app
from rehearsal.doors.oci.blobs import BlobFiles
from rehearsal.doors.oci.catalog import Catalog
from rehearsal.doors.oci.gate import Gate
from rehearsal.doors.oci.principals import Arm, Rbac, TlsFiles, Tokens
from rehearsal.doors.oci.registry import Registry
from rehearsal.doors.oci.tokens import RegistryTokens
from rehearsal.doors.oci.traffic import Traffic

_STOP_SECONDS = 10.0
_REGISTRY_TYPE = "Microsoft.ContainerRegistry/registries"


class OciDoor:
    """Serves registries from `state_dir`. All methods may be called from any thread."""

    def __init__(
        self, arm: Arm, tokens: Tokens, rbac: Rbac, tls: TlsFiles, state_dir: Path
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

    def open_registry(self, name: str, port: int) -> None:
        """Serve the registry at `localhost:<port>` (0: any free port, see `port`).

        One that is open stays as it is. Raises OSError when the port is taken.
        """
        with self._lock:
            if name not in self._serving:
                self._serving[name] = self._serve(name, port)

    def port(self, name: str) -> int:
        """Where the registry is served. Raises KeyError when it is not open."""
        return self._serving[name].port

    def close_registry(self, name: str) -> None:
        """The registry is deleted: stop serving it and remove its content."""
        with self._lock:
            serving = self._serving.pop(name, None)
            if serving is not None:
                serving.stop()
            shutil.rmtree(self._state_dir / name, ignore_errors=True)

    def start(self) -> None:
        """Nothing to do until a registry is opened; the core opens those it has."""

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
        gate = Gate(host, self._registry_id(name), self._own, self._tokens, self._rbac)
        registry = Registry(gate, Catalog(root / "catalog.sqlite"), BlobFiles(root))
        return _Serving(registry, Traffic(root / "access.log"), listener, self._tls)

    def _registry_id(self, name: str) -> Callable[[], str | None]:
        def find() -> str | None:
            for document in self._arm.list(_REGISTRY_TYPE):
                if document["name"].lower() == name.lower():
                    return str(document["id"])
            return None

        return find


class _Serving:
    """One registry's server, in a thread of its own."""

    def __init__(
        self, registry: Registry, traffic: Traffic, listener: socket.socket, tls: TlsFiles
    ) -> None:
        self.port: int = listener.getsockname()[1]
        self.traffic = traffic
        self._catalog = registry.catalog
        self._listener = listener
        config = uvicorn.Config(
            app.build(registry, traffic),
            ssl_certfile=tls.certificate,
            ssl_keyfile=tls.key,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=int(_STOP_SECONDS / 2),
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name=f"oci-{self.port}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way, for a few seconds, and let the port go."""
        self._server.should_exit = True
        self._thread.join(_STOP_SECONDS)
        self._listener.close()
        self._catalog.close()


def _listen(port: int) -> socket.socket:
    """A listening socket that says it is TCP: otherwise asyncio leaves Nagle's algorithm on, and
    every answer with a body waits 40 ms for the client's delayed acknowledgement.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError as problem:
        listener.close()
        raise OSError(problem.errno, f"{problem.strerror}: port {port} of a registry") from problem
    return listener


def _host(port: int) -> str:
    return f"localhost:{port}"
