"""Registers files under one name, each in a process of its own, all at the same moment.

`python register_models.py LOGIN_SERVER NAME FILE...`: prints the processes' ids as a JSON list when
all are ready, and lets them go when a line comes in. Each writes its version to `FILE.version`.
"""

import json
import os
import sys
from pathlib import Path

import azure.containerregistry
import azure.identity  # noqa: F401 - loaded once, before forking

from slipway.registry.client import RegistryClient


def main(login_server: str, name: str, *files: str) -> None:
    ready, start = os.pipe(), os.pipe()
    children = [child(login_server, name, file, ready[1], start) for file in files]
    for _ in children:
        os.read(ready[0], 1)
    print(json.dumps(children), flush=True)
    sys.stdin.readline()
    os.close(start[1])
    for process in children:
        os.waitpid(process, 0)


def child(login_server: str, name: str, file: str, ready: int, start: tuple[int, int]) -> int:
    """Fork a process that waits for the end of the `start` pipe; answers its id."""
    process = os.fork()
    if process:
        return process
    os.close(start[1])
    client = RegistryClient(login_server)
    client.models.predict_version(name, "0" * 64)  # a token is at hand
    os.write(ready, b".")
    os.read(start[0], 1)
    version = client.models.register(name, file).version
    Path(f"{file}.version").write_text(str(version), encoding="utf-8")
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
