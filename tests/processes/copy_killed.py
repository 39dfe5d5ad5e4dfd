"""`python copy_killed.py SOURCE TARGET NAME:NUMBER TOKEN STRIDE`: copies the image, killed later each time.

Each time the copy goes to an empty target, is killed before its n-th write there (n grows by STRIDE), and is
run again; then what is in the target is printed as a line of JSON, and deleted. Ends when a copy was not killed.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import azure.containerregistry  # noqa: F401 - loaded once, before forking
import requests
from azure.core.credentials import AccessToken

from slipway.registry.client import RegistryClient

WRITES = {"PUT", "POST", "PATCH"}


class Given:
    """A credential that has one token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_: str, **__: object) -> AccessToken:
        return AccessToken(self._token, 2**31)


def main(source: str, target: str, identifier: str, token: str, stride: str) -> None:
    name, _, number = identifier.partition(":")

    def client_of(login_server: str) -> RegistryClient:
        return RegistryClient(login_server, Given(token))

    def copy() -> None:
        client_of(source).copy_image(name, int(number), client_of(target))

    def looked_at_and_completed() -> dict[str, Any]:
        client = client_of(target)
        seen = numbered(client, name)
        copy()
        line = {"seen_after_kill": seen, "seen_at_end": numbered(client, name)}
        line["origin"] = client.images.origin(client.images.get(name))
        client.images.delete(name, 1)
        client.models.delete(name.replace("image", "model"), 1)
        return line

    writes, killed = 0, True
    while killed:
        killed = in_a_child(lambda n=writes: killed_at(n, target, copy)) is None
        line = in_a_child(looked_at_and_completed)
        print(json.dumps({"writes": writes, "killed": killed, **line}), flush=True)
        writes += int(stride)


def killed_at(writes: int, target: str, copy: Callable[[], None]) -> str:
    """Copy, and kill this process before the n-th request that writes to the target."""
    left, lock = writes, threading.Lock()
    send = requests.Session.request

    def request(self: requests.Session, method: str, url: str, **more: Any) -> requests.Response:
        nonlocal left
        if method in WRITES and url.startswith(f"https://{target}/") and "/oauth2/" not in url:
            with lock:
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        return send(self, method, url, **more)

    requests.Session.request = request
    copy()
    return "done"


def numbered(client: RegistryClient, name: str) -> list[str]:
    """Ids of the image and its models that have a number."""
    models = client.models.list(name.replace("image", "model"))
    return [version.id for version in [*models, *client.images.list(name)]]


def in_a_child(work: Callable[[], Any]) -> Any:
    """What the work returns, in a process of its own; None where that was killed."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(write, json.dumps(work()).encode())
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
    os.close(write)
    with os.fdopen(read) as result:
        text = result.read()
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a copy failed that nobody killed")
    return json.loads(text) if text else None


if __name__ == "__main__":
    main(*sys.argv[1:])
