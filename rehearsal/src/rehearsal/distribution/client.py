"""Talks to one registry over TLS: manifests and blobs, each checked by its digest."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from rehearsal.distribution.auth import Authorizer, RegistryAuth
from rehearsal.distribution.errors import DistributionError
from rehearsal.distribution.reference import is_digest

MANIFEST_TYPES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_CHUNK = 1 << 20
_MAX_MANIFEST = 4 << 20
_RETRIES = urllib3.Retry(
    total=4,
    backoff_factor=0.2,
    status_forcelist=(429, 502, 503, 504),
    allowed_methods=None,
    raise_on_status=False,
)


@dataclass(frozen=True)
class Manifest:
    """A manifest's bytes, as the registry has them, with digest and media type."""

    data: bytes
    digest: str
    media_type: str

    @property
    def document(self) -> dict[str, Any]:
        """The parsed manifest."""
        document: dict[str, Any] = json.loads(self.data)
        return document


class RegistryHttp:
    """A client of the registry at `host` (`localhost:5001`). Raises DistributionError. Thread-safe."""

    def __init__(self, host: str, auth: RegistryAuth, ca_bundle: Path | None = None) -> None:
        self._host = host
        self._http = urllib3.PoolManager(
            ca_certs=str(ca_bundle) if ca_bundle else None,
            retries=_RETRIES,
            timeout=urllib3.Timeout(connect=5, read=120),
            blocksize=_CHUNK,
            maxsize=4,
        )
        self._authorizer = Authorizer(host, auth, self._http)

    def get_manifest(self, repository: str, reference: str) -> Manifest:
        """The manifest of a tag or digest; its bytes are checked against a digest."""
        response = self._ask(
            "GET",
            f"/v2/{repository}/manifests/{reference}",
            repository,
            "pull",
            headers={"Accept": ", ".join(MANIFEST_TYPES)},
        )
        with response:
            data = response.read(_MAX_MANIFEST + 1)
        self._require(response, 200, f"manifest {repository}:{reference}", data)
        digest = sha256(data)
        if len(data) > _MAX_MANIFEST or (is_digest(reference) and digest != reference):
            raise DistributionError(
                f"registry {self._host} answered {digest} for {repository}@{reference}"
            )
        return Manifest(data, digest, response.headers.get("Content-Type", ""))

    def put_manifest(self, repository: str, reference: str, data: bytes, media_type: str) -> str:
        """Store a manifest under a tag or digest and return its digest, as the registry reads it."""
        self._finished(
            "PUT",
            f"/v2/{repository}/manifests/{reference}",
            repository,
            201,
            body=data,
            headers={"Content-Type": media_type},
        )
        stored = self.get_manifest(repository, sha256(data))
        return stored.digest

    def delete_manifest(self, repository: str, digest: str) -> None:
        """Delete a manifest with all its tags; one that is not there is no error."""
        response = self._ask("DELETE", f"/v2/{repository}/manifests/{digest}", repository, "delete")
        with response:
            data = response.read(_CHUNK)
        if response.status != 404:
            self._require(response, 202, f"deletion of {repository}@{digest}", data)

    def has_blob(self, repository: str, digest: str) -> bool:
        """Whether the repository holds the blob."""
        response = self._ask("HEAD", f"/v2/{repository}/blobs/{digest}", repository, "pull,push")
        with response:
            data = response.read()
        if response.status == 404:
            return False
        self._require(response, 200, f"blob {digest}", data)
        return True

    def put_blob(self, repository: str, digest: str, stream: BinaryIO, size: int) -> None:
        """Upload a blob whole; the registry refuses it when its bytes have another digest."""
        opened = self._finished("POST", f"/v2/{repository}/blobs/uploads/", repository, 202)
        location = urljoin(f"https://{self._host}/", opened.headers.get("Location", ""))
        if urlsplit(location).netloc != self._host:
            raise DistributionError(f"registry {self._host} sends an upload elsewhere: {location}")
        separator = "&" if "?" in location else "?"
        self._finished(
            "PUT",
            f"{location}{separator}digest={digest}",
            repository,
            201,
            body=stream,
            headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)},
        )

    def get_blob(self, repository: str, digest: str, target: Path, size: int) -> None:
        """Download a blob of `size` bytes to `target`, which appears only when its digest is right."""
        response = self._ask("GET", f"/v2/{repository}/blobs/{digest}", repository, "pull")
        partial = target.with_name(f".{target.name}.part")
        with response:
            if response.status != 200:
                self._require(response, 200, f"blob {digest}", response.read(_CHUNK))
            received = self._receive(response, partial, size)
        if received != digest:
            partial.unlink(missing_ok=True)
            raise DistributionError(
                f"registry {self._host} sent other bytes ({received}) for {repository}@{digest}"
            )
        partial.replace(target)

    def _receive(self, response: urllib3.BaseHTTPResponse, partial: Path, size: int) -> str:
        digest, left = hashlib.sha256(), size
        try:
            with partial.open("wb") as file:
                for chunk in response.stream(_CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
                    left -= len(chunk)
                    if left < 0:
                        break
        except HTTPError as error:
            raise DistributionError(f"registry {self._host} broke off: {error}") from None
        return f"sha256:{digest.hexdigest()}"

    def _finished(
        self,
        method: str,
        path: str,
        repository: str,
        status: int,
        *,
        body: bytes | BinaryIO | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> urllib3.BaseHTTPResponse:
        response = self._ask(method, path, repository, "pull,push", body=body, headers=headers)
        with response:
            data = response.read(_CHUNK)
        self._require(response, status, f"{method} to repository {repository}", data)
        return response

    def _ask(
        self,
        method: str,
        path: str,
        repository: str,
        actions: str,
        *,
        body: bytes | BinaryIO | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> urllib3.BaseHTTPResponse:
        scope = f"repository:{repository}:{actions}"
        url = urljoin(f"https://{self._host}/", path)
        for attempt in (1, 2):
            response = self._send(
                method, url, body, {**(headers or {}), **self._authorizer.header(scope)}
            )
            challenge = response.headers.get("WWW-Authenticate", "")
            if (
                response.status != 401
                or attempt == 2
                or not self._authorizer.answer(challenge, scope)
            ):
                break
            response.drain_conn()
            if body is not None and not isinstance(body, bytes):
                body.seek(0)
        return response

    def _send(
        self, method: str, url: str, body: bytes | BinaryIO | None, headers: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        try:
            return self._http.request(
                method, url, body=body, headers=headers, preload_content=False, redirect=False
            )
        except HTTPError as error:
            reason = getattr(error, "reason", None) or error
            raise DistributionError(
                f"registry {self._host} does not answer ({reason}): is it running, and are its certificates trusted?"
            ) from None

    def _require(
        self, response: urllib3.BaseHTTPResponse, status: int, what: str, data: bytes
    ) -> None:
        if response.status != status:
            raise DistributionError(
                f"registry {self._host} refused {what} ({response.status}): {_words(data)}",
                response.status,
            )


def sha256(data: bytes) -> str:
    """`sha256:<hex>` of bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _words(data: bytes) -> str:
    """The registry's own words, from the error form of the OCI specification."""
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        return "; ".join(
            f"{error.get('code')}: {error.get('message')}" for error in json.loads(data)["errors"]
        )
    return data[:200].decode("utf-8", "replace")
