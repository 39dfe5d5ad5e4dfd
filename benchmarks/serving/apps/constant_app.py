"""The ceiling: Granian reads the same request and answers bytes that never change."""

import sys

from granian import Granian
from granian.constants import Interfaces

BODY = b"[152.133484162896]"
HEADERS = [("content-type", "application/json")]


async def app(scope, protocol):
    await protocol()
    protocol.response_bytes(200, HEADERS, BODY)


if __name__ == "__main__":
    Granian(
        "benchmarks.serving.apps.constant_app:app",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.RSGI,
        workers=1,
        log_enabled=False,
        websockets=False,
    ).serve()
