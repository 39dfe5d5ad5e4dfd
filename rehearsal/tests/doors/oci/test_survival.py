"""A SIGKILL at any moment: what was accepted is there, what was not is not half there."""

import json
import random
import threading
import time
import uuid
from io import BytesIO

from azure.containerregistry import ContainerRegistryClient
from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError


class GivenToken:
    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_: str, **__: object) -> AccessToken:
        return AccessToken(self._token, 2**31)


def client(door) -> ContainerRegistryClient:
    credential = GivenToken(door.tokens["owner"])
    return ContainerRegistryClient(
        door.login_server, credential, retry_total=0, connection_verify=door.ca
    )


def push(registry: ContainerRegistryClient, content: bytes, tag: str) -> str:
    digest, size = registry.upload_blob("models/m", BytesIO(content))
    blob = {"mediaType": "application/octet-stream", "digest": digest, "size": size}
    return registry.set_manifest(
        "models/m", {"schemaVersion": 2, "config": blob, "layers": [blob]}, tag=tag
    )


def test_what_was_accepted_survives_and_what_was_not_leaves_nothing_broken(start_oci_door):
    door = start_oci_door()
    accepted: dict[str, bytes] = {}
    for _ in range(4):
        publisher = threading.Thread(target=publish_until_killed, args=(client(door), accepted))
        publisher.start()
        before = len(accepted)
        while len(accepted) == before:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.1))
        door.kill()
        publisher.join()
        door = start_oci_door()
    registry = client(door)
    assert accepted
    for tag, content in accepted.items():
        digest = registry.get_manifest("models/m", tag).manifest["layers"][0]["digest"]
        assert b"".join(registry.download_blob("models/m", digest)) == content
    for tag in registry.list_tag_properties("models/m"):
        body = registry.get_manifest("models/m", tag.name).manifest
        assert b"".join(registry.download_blob("models/m", body["layers"][0]["digest"]))


def publish_until_killed(registry: ContainerRegistryClient, accepted: dict[str, bytes]) -> None:
    try:
        while True:
            tag, content = uuid.uuid4().hex, random.randbytes(200_000)
            push(registry, content, tag)
            accepted[tag] = content
    except AzureError:
        return


def test_a_broken_chunk_is_taken_back(start_oci_door):
    import socket
    import ssl

    door = start_oci_door()
    host, port = door.login_server.split(":")
    context = ssl.create_default_context(cafile=door.ca)

    def sent(head: str, body: bytes = b"") -> tuple[ssl.SSLSocket, bytes]:
        raw = socket.create_connection((host, int(port)))
        connection = context.wrap_socket(raw, server_hostname=host)
        token = f"Authorization: Bearer {door.tokens['owner']}\r\n"
        connection.sendall(f"{head}\r\nHost: {host}\r\n{token}".encode() + body)
        return connection, b""

    begin, _ = sent("POST /v2/m/blobs/uploads/ HTTP/1.1", b"Content-Length: 0\r\n\r\n")
    answer = begin.recv(65536).decode()
    begin.close()
    location = next(
        line.split(" ", 1)[1]
        for line in answer.split("\r\n")
        if line.lower().startswith("location")
    )
    half, _ = sent(f"PATCH {location} HTTP/1.1", b"Content-Length: 1000\r\n\r\n" + b"x" * 500)
    time.sleep(0.3)
    half.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        state, _ = sent(f"GET {location} HTTP/1.1", b"\r\n")
        answer = state.recv(65536).decode().lower()
        state.close()
        if "range: 0-0" in answer:
            break
        time.sleep(0.1)
    assert "204" in answer.split("\r\n")[0]
    assert "range: 0-0" in answer


def test_tokens_outlive_a_restart(start_oci_door):
    door = start_oci_door()
    digest = push(client(door), b"content", "1")
    before = json.loads(json.dumps(door.report))
    door.kill()
    start_oci_door()
    registry = ContainerRegistryClient(
        before["login_server"],
        GivenToken(before["tokens"]["owner"]),
        connection_verify=before["ca"],
    )
    assert registry.get_manifest("models/m", "1").digest == digest
