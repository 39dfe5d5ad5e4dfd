"""Images as a builder would push them, and manifests as anybody can read them: fixtures of several suites."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

import pytest
from azure.containerregistry import ContainerRegistryClient
from azure.core.credentials import AccessToken

OCI = "application/vnd.oci.image"


class GivenToken:
    """A credential that has one token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_: str, **__: object) -> AccessToken:
        return AccessToken(self._token, 2**31)


class Pusher:
    """Pushes one-layer images with Microsoft's client."""

    def __init__(self, client: ContainerRegistryClient) -> None:
        self._client = client

    def __call__(
        self,
        name: str,
        content_key: str,
        models: list[str],
        *,
        index: bool = False,
        layer: bytes = b"layer",
        labels: Mapping[str, str] | None = None,
    ) -> str:
        """Push an image that is different each time; answers its digest."""
        repository = f"images/{name}"
        said = {
            "io.slipway.content-key": content_key,
            "io.slipway.models": json.dumps(models),
            **(labels or {}),
        }
        config = {"architecture": "amd64", "os": "linux", "config": {"Labels": said}}
        config["created"] = f"2026-11-23T00:00:00Z+{uuid.uuid4()}"
        body = {
            "config": self._blob(repository, json.dumps(config).encode(), f"{OCI}.config.v1+json"),
            "layers": [self._blob(repository, layer, f"{OCI}.layer.v1.tar+gzip")],
        }
        image = self._put(repository, body, f"{OCI}.manifest.v1+json")
        if index:
            image["platform"] = {"architecture": "amd64", "os": "linux"}
            image = self._put(repository, {"manifests": [image]}, f"{OCI}.index.v1+json")
        return str(image["digest"])

    def _blob(self, repository: str, content: bytes, media_type: str) -> dict[str, Any]:
        digest, size = self._client.upload_blob(repository, BytesIO(content))
        return {"mediaType": media_type, "digest": digest, "size": size}

    def _put(self, repository: str, body: dict[str, Any], media_type: str) -> dict[str, Any]:
        content = json.dumps({"schemaVersion": 2, "mediaType": media_type, **body}).encode()
        self._client.set_manifest(repository, BytesIO(content), media_type=media_type)
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        return {"mediaType": media_type, "digest": digest, "size": len(content)}


@pytest.fixture
def microsofts_client(azure) -> Iterator[ContainerRegistryClient]:
    credential = GivenToken(azure.tokens["owner"])
    with ContainerRegistryClient(azure.login_server, credential) as client:
        yield client


@pytest.fixture
def push_image(microsofts_client) -> Pusher:
    return Pusher(microsofts_client)


@pytest.fixture
def manifest(microsofts_client) -> Callable[[str, str], dict[str, Any]]:
    """manifest(repository, reference) -> its JSON."""
    return lambda repository, reference: dict(
        microsofts_client.get_manifest(repository, reference).manifest
    )
