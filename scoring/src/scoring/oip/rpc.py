"""How a gRPC call is recognised among requests, without grpcio: observers need no more."""

from __future__ import annotations

#: The method of a request that came by gRPC.
RPC = "RPC"
#: The header of its response that holds gRPC's code, as a number.
GRPC_STATUS = "grpc-status"
