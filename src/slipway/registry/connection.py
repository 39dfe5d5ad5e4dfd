"""The way to one registry: Microsoft's client, its tokens, and its errors as sentences."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from slipway.registry.errors import NotFoundError, RegistryError, SignInError, UnreachableError

if TYPE_CHECKING:
    from azure.containerregistry import ArtifactTagProperties, ContainerRegistryClient
    from azure.core.credentials import TokenCredential
    from azure.core.pipeline.policies import HTTPPolicy

_CONNECT_SECONDS = 10
_READ_SECONDS = 300
_PIECE_BYTES = 1 << 20  # of a download; the client's own 4 KiB cost more than the transfer


class Readable(Protocol):
    """What an upload is read from."""

    def read(self, size: int) -> bytes: ...


class _OneEach:
    """A policy of its own for each pipeline: the client makes two of the same arguments, and a policy is in one."""

    def __init__(self, make: "Callable[[], HTTPPolicy[Any, Any]]") -> None:
        self._make = make

    def __iter__(self) -> "Iterator[HTTPPolicy[Any, Any]]":
        yield self._make()


class DisallowedError(RegistryError):
    """A locked tag was to be changed (ACR's 405)."""


class Connection:
    """Requests to one login server; nothing is loaded or sent before the first of them."""

    def __init__(self, login_server: str, credential: "TokenCredential | None" = None) -> None:
        self.login_server = login_server
        self._credential = credential

    @cached_property
    def client(self) -> "ContainerRegistryClient":
        """Microsoft's client."""
        from azure.containerregistry import ContainerRegistryClient

        from slipway.cloud.credential import credential
        from slipway.cloud.environment import discover
        from slipway.cloud.retries import Retries
        from slipway.registry.token_policies import MountScopePolicy, TokenReusePolicy

        return ContainerRegistryClient(
            self.login_server,
            self._credential or credential(),
            audience=discover().acr_audience,
            per_retry_policies=[TokenReusePolicy(), MountScopePolicy()],
            connection_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            connection_data_block_size=_PIECE_BYTES,
            per_call_policies=_OneEach(Retries),
            retry_total=0,
        )

    def tags(self, repository: str) -> "list[ArtifactTagProperties]":
        """All tags; none when the repository is not there."""
        with self.asking():
            try:
                return list(self.client.list_tag_properties(repository))
            except Exception as error:
                if _status(error) == 404:
                    return []
                raise

    def tag(self, repository: str, tag: str) -> "ArtifactTagProperties | None":
        """One tag, or None."""
        with self.asking():
            try:
                return self.client.get_tag_properties(repository, tag)
            except Exception as error:
                if _status(error) == 404:
                    return None
                raise

    def set_lock(self, repository: str, tag: str, *, locked: bool) -> None:
        """Lock or unlock a tag; a locked one can be neither moved nor deleted."""
        with self.asking():
            self.client.update_tag_properties(repository, tag, can_write=not locked)

    def put_manifest(
        self, repository: str, content: bytes, media_type: str, tag: str | None = None
    ) -> str:
        """Put a manifest, byte for byte, under a tag, or by its digest alone; returns its digest.

        DisallowedError if the tag is locked.
        """
        from io import BytesIO

        with self.asking():
            return self.client.set_manifest(
                repository, BytesIO(content), tag=tag, media_type=media_type
            )

    def manifest(self, repository: str, reference: str) -> tuple[bytes, str, str]:
        """A manifest's bytes, media type and digest (verified by the client)."""
        contents: list[bytes] = []
        with self.asking():
            found = self.client.get_manifest(
                repository,
                reference,
                # The client hands out parsed JSON only; the digest is that of these bytes.
                raw_response_hook=lambda r: contents.append(r.http_response.read()),
            )
        return contents[-1], str(found.media_type), str(found.digest)

    def blob(self, repository: str, digest: str) -> bytes:
        """A small blob (an image's or model's config), verified."""
        with self.asking():
            return b"".join(self.client.download_blob(repository, digest))

    def blob_pieces(self, repository: str, digest: str) -> Iterator[bytes]:
        """A blob of any size, piece by piece; the end raises RegistryError if it is not what its digest says."""
        with self.asking():
            yield from self.client.download_blob(repository, digest)

    def put_blob(self, repository: str, data: Readable) -> str:
        """Upload a blob of any size; returns its digest."""
        with self.asking():
            return self.client.upload_blob(repository, data)[0]  # type: ignore[arg-type]  # it reads only

    def has_blob(self, repository: str, digest: str) -> bool:
        """Whether the repository holds the blob."""
        with self.asking():
            try:
                self._blobs.check_blob_exists(repository, digest)
            except Exception as error:
                if _status(error) == 404:
                    return False
                raise
        return True

    def mount_blob(self, repository: str, digest: str, origin: str) -> bool:
        """Let the repository have a blob of another one of this registry; False where that cannot be."""
        from azure.core.exceptions import HttpResponseError

        try:
            self._blobs.mount_blob(repository, mount=digest, from_parameter=origin)
        except HttpResponseError:  # 202: the registry asks for the blob itself
            return False
        return True

    @property
    def _blobs(self) -> Any:
        """What the client is built on: it has no public way to look for a blob, or to mount one."""
        return self.client._client.container_registry_blob

    def repositories(self, prefix: str) -> list[str]:
        """Names of repositories that begin with `prefix`."""
        with self.asking():
            return [name for name in self.client.list_repository_names() if name.startswith(prefix)]

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Turn what the client raises into RegistryError."""
        try:
            yield
        except RegistryError:
            raise
        except Exception as error:
            raise self._sentence(error) from error

    def _sentence(self, error: Exception) -> Exception:
        """The error to raise instead; `error` itself when it is none of the client's."""
        from azure.containerregistry import DigestValidationError
        from azure.core.exceptions import (
            ClientAuthenticationError,
            HttpResponseError,
            ServiceRequestError,
            ServiceResponseError,
        )

        server = self.login_server
        if isinstance(error, ClientAuthenticationError):
            return self._refused(error)
        if isinstance(error, HttpResponseError):
            return _http_error(server, error)
        if isinstance(error, (ServiceRequestError, ServiceResponseError)):
            return UnreachableError(
                f"The registry {server} does not answer ({_reason(error)}): check that it is "
                "running, that its name is right, and the network; then run the command again."
            )
        if isinstance(error, DigestValidationError):
            return RegistryError(
                f"The registry {server} returned content that does not match its digest: {error}"
            )
        return error

    def _refused(self, error: Any) -> RegistryError:
        if error.response is not None and error.status_code == 401:
            return RegistryError(
                f"The registry {self.login_server} refused the request: give the caller the role "
                "AcrPush on it (AcrPull to read, AcrDelete to delete), or sign in as somebody "
                "who has it."
            )
        from slipway.cloud.errors import first_line

        return SignInError(
            f"No token for the registry {self.login_server}: {first_line(error)} Run `az login`, or set "
            "ARM_TENANT_ID, ARM_CLIENT_ID and ARM_CLIENT_SECRET."
        )


def _status(error: Exception) -> int | None:
    """The HTTP status that an error of the client carries."""
    return getattr(error, "status_code", None)


def _http_error(server: str, error: Any) -> RegistryError:
    code, message = _code_and_message(error)
    text = f"The registry {server} refused the request with {error.status_code} {code}: {message}"
    if error.status_code == 405:
        return DisallowedError(text)
    if error.status_code == 404:
        return NotFoundError(text)
    return RegistryError(text)


def _code_and_message(error: Any) -> tuple[str, str]:
    try:
        first = error.response.json()["errors"][0]
        return str(first["code"]), str(first["message"])
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        return "", str(error.message)


def _reason(error: Exception) -> str:
    """The shortest truth in a chain of connection errors."""
    text = str(error)
    for known in ("Connection refused", "certificate verify failed", "Name or service not known"):
        if known in text:
            return known.lower()
    return text.splitlines()[0][:200]
