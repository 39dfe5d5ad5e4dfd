"""What both doors that speak HTTP do before they look at a request: by the bytes on the wire."""

import hashlib
import socket
import ssl
from pathlib import Path

import httpx
import pytest

PATHS = [
    "/subscriptions/x/resourceGroups/rg?api-version=2024-03-01",
    "/v2/a/manifests/latest",
]


@pytest.fixture(params=["arm", "registry"])
def wire(request, oci_door):
    """Sends bytes to a door and returns the first line of what comes back; connections are closed afterwards."""
    address = (
        oci_door.environment["ARM_METADATA_HOSTNAME"].removeprefix("https://")
        if request.param == "arm"
        else oci_door.login_server
    )
    host, _, port = address.rpartition(":")
    context = ssl.create_default_context(cafile=oci_door.ca)
    opened = []

    def send(*lines):
        plain = socket.create_connection(("127.0.0.1", int(port)), timeout=10)
        connection = context.wrap_socket(plain, server_hostname=host)
        opened.append(connection)
        connection.sendall("\r\n".join([*lines, "", ""]).replace("HOST", address).encode())
        return connection.recv(4096).split(b"\r\n")[0].decode()

    yield send
    for connection in opened:
        connection.close()


@pytest.mark.parametrize("hosts", [[], ["Host: HOST", "Host: HOST"], ["Host: HOST", "Host: a"]])
def test_no_host_and_two_hosts_are_refused(wire, hosts):
    assert wire("GET /metadata/endpoints HTTP/1.1", *hosts).startswith("HTTP/1.1 400 ")


@pytest.mark.parametrize("path", PATHS)
def test_nobodys_body_is_not_even_asked_for(wire, path):
    first = wire(
        f"PUT {path} HTTP/1.1", "Host: HOST", "Content-Length: 1000000", "Expect: 100-continue"
    )
    assert first.split()[1] in ("401", "404", "405"), first


def test_a_blob_whose_file_is_gone_is_said_and_can_be_pushed_again(oci_door):
    content = b"soon to be lost"
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    credentials = ("00000000-0000-0000-0000-000000000000", oci_door.passwords["owner"])
    context = ssl.create_default_context(cafile=oci_door.ca)
    with httpx.Client(
        base_url=f"https://{oci_door.login_server}", auth=credentials, verify=context
    ) as http:
        push = f"/v2/models/lost/blobs/uploads/?digest={digest}"
        assert http.post(push, content=content).status_code == 201
        name = digest.removeprefix("sha256:")
        (file,) = Path(oci_door.state).rglob(name)
        file.unlink()
        lost = http.get(f"/v2/models/lost/blobs/{digest}")
        assert lost.status_code == 404
        assert str(file) in lost.json()["errors"][0]["message"]
        mount = f"/v2/models/copy/blobs/uploads/?mount={digest}&from=models/lost"
        assert http.post(mount).status_code == 202
        assert http.head(f"/v2/models/lost/blobs/{digest}").status_code == 404
        assert http.post(push, content=content).status_code == 201
        assert http.get(f"/v2/models/lost/blobs/{digest}").content == content
