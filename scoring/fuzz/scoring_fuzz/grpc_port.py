"""The gRPC port as a whole: whatever one connection sends, others are served."""

import http.client

from scoring_fuzz.http2 import LIVE, Client, call, literal
from scoring_fuzz.promise import BrokenPromise, holds
from scoring_fuzz.server import Server

NAME = "grpc_port"

# A client that has said something wrong hears of it at once, if ever.
_MOMENT_SECONDS = 0.02
_OK = "0"
_ENDED = "The gRPC server has ended"


def check(server: Server, sent: bytes) -> None:
    """Raises BrokenPromise."""
    with Client(server.grpc_port) as client:
        client.greet()
        client.send(sent)
        client.listen(_MOMENT_SECONDS)
    try:
        with Client(server.grpc_port) as other:
            other.greet()
            other.send(call(1, literal(4, LIVE)))
            holds(other.status(1) == _OK, "another client's call was not answered")
    except TimeoutError:
        raise BrokenPromise("another client's call was never answered") from None
    holds(_is_ready(server.port), "the server is not ready")
    # Another one has taken its place, but calls were lost.
    holds(not server.log.says(_ENDED), "grpcio's server has ended")


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/v2/health/ready")
        return connection.getresponse().status == 200
    finally:
        connection.close()
