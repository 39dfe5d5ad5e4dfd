"""The registry as clients that others wrote see it: skopeo, oras and Microsoft's own."""

import json
import shutil
import subprocess
import uuid
from io import BytesIO
from pathlib import Path

import pytest
from azure.containerregistry import ContainerRegistryClient
from azure.core.credentials import AccessToken
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
)

TOKEN_USER = "00000000-0000-0000-0000-000000000000"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class GivenToken:
    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_: str, **__: object) -> AccessToken:
        return AccessToken(self._token, 2**31)


@pytest.fixture
def repository() -> str:
    return f"images/test-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def client(azure) -> ContainerRegistryClient:
    return ContainerRegistryClient(azure.login_server, GivenToken(azure.tokens["owner"]))


def pushed(client: ContainerRegistryClient, repository: str, content: bytes, tag: str) -> str:
    config, config_size = client.upload_blob(repository, BytesIO(b"{}"))
    layer, size = client.upload_blob(repository, BytesIO(content))
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": config,
            "size": config_size,
        },
        "layers": [
            {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": layer, "size": size}
        ],
    }
    return client.set_manifest(repository, manifest, tag=tag)


class Skopeo:
    """`skopeo` with the door's authority and somebody's refresh token."""

    def __init__(self, door, who: str) -> None:
        self._ca = str(Path(door.ca).parent / "skopeo")
        Path(self._ca).mkdir(exist_ok=True)
        shutil.copy(door.ca, f"{self._ca}/ca.crt")
        self._creds = f"{TOKEN_USER}:{door.passwords[who]}"

    def __call__(self, command: str, *arguments: str) -> subprocess.CompletedProcess:
        prefix = {"copy": ["src", "dest"]}.get(command, [""])
        options = []
        for one in prefix:
            dash = f"{one}-" if one else ""
            options += [f"--{dash}cert-dir", self._ca, f"--{dash}creds", self._creds]
        if command == "copy" and arguments[0].startswith("oci:"):
            options = options[4:]
        if command == "copy" and arguments[1].startswith("oci:"):
            options = options[:4]
        call = ["skopeo", command, *options, *arguments]
        return subprocess.run(call, capture_output=True, text=True, check=False)


@pytest.fixture
def skopeo(azure) -> Skopeo:
    if shutil.which("skopeo") is None:
        # A user's machine need not have it; CI installs it, and oras and Microsoft's client always run.
        pytest.skip("skopeo is not installed: apt-get install skopeo")
    return Skopeo(azure, "owner")


def test_skopeo_copies_out_in_and_between_repositories(azure, client, skopeo, repository, tmp_path):
    digest = pushed(client, repository, b"layer" * 1000, "v1")
    here = f"docker://{azure.login_server}"
    layout = f"oci:{tmp_path / 'layout'}:v1"
    for source, target in [
        (f"{here}/{repository}:v1", layout),
        (layout, f"{here}/{repository}-in:v1"),
        (f"{here}/{repository}@{digest}", f"{here}/{repository}-other:v2"),
    ]:
        done = skopeo("copy", source, target)
        assert done.returncode == 0, done.stderr
    for copied in (f"{repository}-in:v1", f"{repository}-other:v2"):
        inspected = json.loads(skopeo("inspect", "--raw", f"{here}/{copied}").stdout)
        assert inspected["layers"][0]["size"] == 5000
    tags = json.loads(skopeo("list-tags", f"{here}/{repository}").stdout)
    assert tags["Tags"] == ["v1"]


@pytest.mark.usefixtures("skopeo")
def test_skopeo_is_refused_in_acrs_words(azure, client, repository, tmp_path):
    pushed(client, repository, b"layer", "v1")
    here = f"docker://{azure.login_server}"
    puller = Skopeo(azure, "puller")
    layout = f"oci:{tmp_path / 'layout'}:v1"
    assert puller("copy", f"{here}/{repository}:v1", layout).returncode == 0
    refused = puller("copy", layout, f"{here}/{repository}-new:v1")
    assert "unauthorized: authentication required, visit https://aka.ms/acr" in refused.stderr


def test_oras_pushes_and_pulls(azure, repository, tmp_path, monkeypatch):
    import oras.client

    client = oras.client.OrasClient(
        hostname=azure.login_server, tls_verify=azure.ca, auth_backend="basic"
    )
    client.auth.set_basic_auth(TOKEN_USER, azure.passwords["owner"])
    monkeypatch.chdir(tmp_path)
    Path("model.bin").write_bytes(b"weights" * 100_000)
    target = f"{azure.login_server}/{repository}:1"
    client.push(target=target, files=["model.bin:application/octet-stream"])
    (pulled,) = client.pull(target=target, outdir=str(tmp_path / "out"))
    assert Path(pulled).read_bytes() == b"weights" * 100_000
    assert client.get_tags(target) == ["1"]


def test_a_blob_in_chunks_comes_back_in_chunks(client, repository):
    content = bytes(range(256)) * 50_000
    digest, size = client.upload_blob(repository, BytesIO(content))
    assert size == len(content)
    assert b"".join(client.download_blob(repository, digest)) == content


def test_a_locked_tag_is_neither_moved_nor_deleted(client, repository):
    digest = pushed(client, repository, b"one", "1")
    client.update_tag_properties(repository, "1", can_write=False)
    for attempt in (
        lambda: pushed(client, repository, b"two", "1"),
        lambda: client.delete_tag(repository, "1"),
        lambda: client.delete_manifest(repository, digest),
        lambda: client.delete_repository(repository),
    ):
        with pytest.raises(HttpResponseError, match="REGISTRY_DISALLOWED_OPERATION") as refused:
            attempt()
        assert refused.value.status_code == 405
    assert client.get_tag_properties(repository, "1").digest == digest
    client.update_tag_properties(repository, "1", can_write=True)
    assert pushed(client, repository, b"two", "1") != digest


def test_listings_page(client, repository):
    for tag in ("a", "b", "c"):
        pushed(client, repository, tag.encode(), tag)
    tags = client.list_tag_properties(repository, results_per_page=1)
    assert [tag.name for tag in tags] == ["a", "b", "c"]
    manifests = list(client.list_manifest_properties(repository, results_per_page=2))
    assert sorted(tag for manifest in manifests for tag in manifest.tags) == ["a", "b", "c"]
    assert repository in set(client.list_repository_names(results_per_page=1))
    assert client.get_repository_properties(repository).tag_count == 3


def test_deleting_a_manifest_takes_its_tags_and_its_blobs(client, repository):
    content = uuid.uuid4().bytes
    digest = pushed(client, repository, content, "1")
    layer = client.get_manifest(repository, digest).manifest["layers"][0]["digest"]
    client.delete_manifest(repository, digest)
    with pytest.raises(ResourceNotFoundError):
        client.get_manifest(repository, "1")
    with pytest.raises(ResourceNotFoundError):
        client.download_blob(repository, layer)
    assert repository not in set(client.list_repository_names())


def test_nobody_gets_in_without_a_role(azure, client, repository):
    pushed(client, repository, b"one", "1")
    for credential in (GivenToken(azure.tokens["nobody"]), GivenToken("forged"), None):
        stranger = ContainerRegistryClient(azure.login_server, credential)
        with pytest.raises(ClientAuthenticationError, match="UNAUTHORIZED"):
            stranger.get_manifest(repository, "1")


def test_the_puller_pulls_and_the_pusher_does_not_delete(azure, client, repository):
    pushed(client, repository, b"one", "1")
    puller = ContainerRegistryClient(azure.login_server, GivenToken(azure.tokens["puller"]))
    pusher = ContainerRegistryClient(azure.login_server, GivenToken(azure.tokens["pusher"]))
    assert puller.get_manifest(repository, "1").digest
    with pytest.raises(ClientAuthenticationError):
        pushed(puller, repository, b"two", "2")
    pushed(pusher, repository, b"two", "2")
    with pytest.raises(ClientAuthenticationError):
        pusher.delete_tag(repository, "2")
