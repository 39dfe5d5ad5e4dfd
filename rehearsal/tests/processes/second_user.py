"""Another user of the machine, who tries every port. Reads one JSON document, prints one.

Started by root, whose modules it needs; what it asks, it asks as nobody.
"""

import http.client
import json
import os
import ssl
import sys

import grpc
import grpc._channel  # loaded late otherwise, by when its folder may be closed to us
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

NOBODY = 65534
SERVICE = provider_pb2.DESCRIPTOR.services_by_name["ResourceProvider"]


def call_all(port: int) -> dict[str, str]:
    """Method -> what it said."""
    return {
        method.name: call(port, method)
        for method in SERVICE.methods
        if not method.server_streaming and not method.client_streaming
    }


def call(port: int, method) -> str:
    modules = (provider_pb2, plugin_pb2, empty_pb2)
    kind = next(
        found
        for one in modules
        if (found := getattr(one, method.input_type.name, None)) is not None
    )
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        try:
            return f"answered: {getattr(stub, method.name)(kind(), timeout=20)}"
        except grpc.RpcError as refusal:
            return refusal.details()


def request(port: int, method: str, path: str) -> list:
    """Status and body."""
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=20)
    connection.request(method, path, headers={"Content-Length": "0"})
    response = connection.getresponse()
    found = [response.status, response.read().decode()]
    connection.close()
    return found


def ask(address: str, port: int, path: str) -> int:
    """Status, of a container's own port."""
    connection = http.client.HTTPConnection(address, port, timeout=20)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def main() -> None:
    given = {"grpc": [], "https": [], "files": [], "containers": []} | json.load(sys.stdin)
    # What is loaded late is in a folder that only root may read.
    ssl.create_default_context()
    "localhost".encode("idna")
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    answers = {
        "grpc": {str(port): call_all(port) for port in given["grpc"]},
        "https": [[*one, *request(*one)] for one in given["https"]],
        "containers": [ask(*one) for one in given["containers"]],
        "files": {path: os.access(path, os.R_OK | os.X_OK) for path in given["files"]},
    }
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
