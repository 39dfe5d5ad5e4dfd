"""Serves a provider to the engine that started this process."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

import grpc
from pulumi.provider.experimental.provider import Provider
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from slipway.cloud.patience import PATIENCE
from slipway.provider.engine_log import LOG
from slipway.provider.sentences import Sentences
from slipway.provider.servicer import Servicer


def serve(arguments: Sequence[str], version: str, provider: Provider) -> None:
    """Print the port, and serve until the engine ends this process."""
    parser = argparse.ArgumentParser(
        description="Pulumi's provider `slipway`; the engine starts it"
    )
    parser.add_argument("engine", help="the engine's address")
    given, _ = parser.parse_known_args(arguments)  # the engine's flags for logging are not used
    LOG.address = given.engine
    PATIENCE.tell = LOG.status
    asyncio.run(_serve(Servicer([*arguments], version, provider, given.engine)))


async def _serve(servicer: Servicer) -> None:
    server = grpc.aio.server(interceptors=[Sentences()], options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    interrupted = _interrupted()
    print(port, flush=True)
    await interrupted.wait()
    await server.stop(grace=None)


def _interrupted() -> asyncio.Event:
    """Set when the engine is done with us, which it says by SIGINT: no reason for a traceback."""
    event = asyncio.Event()
    if sys.platform == "win32":  # where loops take no signals, and the engine ends processes
        return event
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, event.set)
    return event
