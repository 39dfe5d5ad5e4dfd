"""One connection to a running server: bytes out, answer in."""

import contextlib
import http.client
import json
import socket
from dataclasses import dataclass

from scoring_fuzz.promise import BrokenPromise, holds, refused

#: Longer than a server that waits a tenth of a second for bodies ever needs, even on a busy machine.
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Answer:
    """`status` is None where the server has closed the connection without a word."""

    status: int | None
    content_type: str = ""
    body: bytes = b""


def ask(port: int, request: bytes) -> Answer:
    """Raises BrokenPromise when nothing comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        # Some requests are answered before they have been read to their end.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        answer = http.client.HTTPResponse(
            connection, method=request.partition(b" ")[0].decode("latin-1")
        )
        try:
            answer.begin()
            return Answer(answer.status, answer.headers.get("content-type", ""), answer.read())
        except TimeoutError:
            raise BrokenPromise(f"no answer within {PATIENCE_SECONDS:g} s") from None
        except (http.client.HTTPException, ConnectionResetError):
            # HTTP/2 frames, or a reset: the connection is done with, which is what matters.
            return Answer(None)


def check(port: int, request: bytes) -> None:
    """An answer, or a refusal with a sentence. Raises BrokenPromise."""
    answer = ask(port, request)
    if answer.status is None or answer.status < 400:
        return
    text = answer.body.decode()
    if not text:
        # What the HTTP server itself cannot read, or a HEAD's answer.
        holds(answer.status < 500, f"answered {answer.status}")
    elif "json" in answer.content_type:
        document = json.loads(text)
        refused(answer.status, str(document.get("error") or document.get("message")))
    else:
        refused(answer.status, text)
