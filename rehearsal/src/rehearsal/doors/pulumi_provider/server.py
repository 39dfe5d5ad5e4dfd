"""A resource provider's port: what the engine attaches to with `PULUMI_DEBUG_PROVIDERS=<package>:<port>`."""

from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from rehearsal.doors.pulumi_provider.owner_only import OwnerOnly
from rehearsal.doors.pulumi_provider.servicer import ProviderServicer

_MAX_MESSAGE_BYTES = 400 * 1024 * 1024  # Pulumi's own limit


class ProviderServer:
    """Listens on a loopback port until it is stopped; its owner's processes are let in, `workers` calls at once."""

    def __init__(self, servicer: ProviderServicer, *, workers: int) -> None:
        self._servicer = servicer
        self._owner_only = OwnerOnly()
        self._server = grpc.server(
            futures.ThreadPoolExecutor(workers, servicer.package),
            interceptors=[self._owner_only],
            options=[
                ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
                ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
                ("grpc.so_reuseport", 0),
            ],
        )
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, self._server)

    def start(self, port: int = 0) -> int:
        """Start to listen (0: anywhere); returns the port. Raises OSError when it is taken."""
        try:
            bound = self._server.add_insecure_port(f"127.0.0.1:{port}")
        except RuntimeError as problem:
            raise OSError(f"port {port} is taken") from problem
        self._servicer.port = self._owner_only.port = bound
        self._server.start()
        return bound

    def stop(self) -> None:
        """Stop at once; what runs in the core goes on, a build is done again by the next `pulumi up`."""
        self._server.stop(grace=0.2).wait()
