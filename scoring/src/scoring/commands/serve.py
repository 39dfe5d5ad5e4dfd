"""`python -m scoring serve`."""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING

from scoring import secret_files
from scoring.errors import ScoringError

if TYPE_CHECKING:
    from scoring.http.keys import Keys
    from scoring.server.logs import Writer
    from scoring.server.tls import TlsFiles
    from scoring.settings import Settings

HELP = "serve the entry script or the models of a directory"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source", type=Path, help="directory with score.py and models, or just models"
    )
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="HTTP port (default 5001; 0 chooses a free one)")
    parser.add_argument(
        "--grpc-port", type=int, help="gRPC port of the Open Inference Protocol (default: none)"
    )
    parser.add_argument(
        "--health-port",
        type=int,
        help="second port with the same answers, for probes (default: SLIPWAY_HEALTH_PORT, or 5000 with "
        "SEPERATE_HEALTH_ENDPOINT, or none)",
    )
    parser.add_argument("--workers", type=int, help="processes (default 1, or WORKER_COUNT)")
    parser.add_argument(
        "--tls-cert", dest="tls_certificate", type=Path, help="certificate chain, PEM"
    )
    parser.add_argument("--tls-key", type=Path, help="private key, PEM, PKCS#8")
    secret_files.add_argument(parser)
    parser.add_argument(
        "--trust-pickle",
        action="store_true",
        default=None,
        help="load pickles whose sha256 is not registered (a pickle can run any code)",
    )


def run(args: argparse.Namespace) -> int:
    from scoring.server import collector

    collector.pause()
    from scoring import settings
    from scoring.engine import threads
    from scoring.server import logs

    secret_files.take_in(args.secrets)
    names = (
        "trust_pickle",
        "source",
        "host",
        "port",
        "health_port",
        "grpc_port",
        "workers",
        "tls_certificate",
        "tls_key",
    )
    chosen = settings.read(os.environ, {name: getattr(args, name) for name in names})
    writer = logs.configure(chosen.log_level)
    # Before anything imports numpy: the libraries read it once.
    per_call = threads.plan(chosen.max_concurrent_requests * chosen.workers)
    threads.announce(per_call, os.environ)
    return _reported(lambda: _prepared(chosen, writer))


def _prepared(chosen: Settings, writer: Writer) -> int:
    """What all worker processes share: keys, certificate, socket."""
    from scoring.http import keys
    from scoring.server import collector, descriptors, listener, tls, workers
    from scoring.telemetry import shared

    _announce(chosen)
    accepted = keys.take_from(os.environ)
    files = None
    if chosen.tls_certificate is not None and chosen.tls_key is not None:
        files = tls.TlsFiles(chosen.tls_certificate, chosen.tls_key, chosen.tls_lowest)
        files.context()
    shared_socket = chosen.workers > 1
    doors = [listener.bind(chosen.host, chosen.port, shared=shared_socket)]
    if chosen.health_port is not None:
        doors.append(listener.bind(chosen.host, chosen.health_port, shared=shared_socket))
    places = descriptors.places(chosen.max_connections, relayed=chosen.grpc_port is not None)
    if places < chosen.max_connections:
        logging.getLogger("scoring").warning(
            "Each port takes at most %d connections, as the limit of open files allows no more",
            places,
        )
    bound = replace(_with_ports(chosen, doors), max_connections=places)

    def serve() -> int:
        try:
            return _reported(lambda: _serving(bound, writer, accepted, files, doors))
        finally:
            writer.close()

    def shut() -> None:
        for door in doors:
            door.close()

    if chosen.workers == 1:
        return serve()
    collector.resume()
    with shared.directory(os.environ):
        return workers.Workers(chosen.workers, serve, shut).run()


def _announce(chosen: Settings) -> None:
    logger = logging.getLogger("scoring")
    if chosen.config_file is not None:
        logger.info("Settings are also read from %s", chosen.config_file)
    for notice in chosen.notices:
        logger.warning("%s", notice)


def _with_ports(chosen: Settings, doors: list[socket]) -> Settings:
    """The ports that the system chose, where it was asked to."""
    port, *health = (door.getsockname()[1] for door in doors)
    return replace(chosen, port=port, health_port=health[0] if health else None)


def _serving(
    chosen: Settings,
    writer: Writer,
    accepted: Keys | None,
    files: TlsFiles | None,
    doors: list[socket],
) -> int:
    from scoring import assembly
    from scoring.azureml import debugger, logging_file, script_environment
    from scoring.server import access_log, collector, logs, process, starting

    collector.pause()
    logs.capture(writer)
    starting.end_at_signals(writer.close)
    script_environment.prepare(chosen)
    logging_file.apply(chosen)
    debugger.attach(chosen)
    service = assembly.build(chosen, accepted)
    if chosen.access_log:
        service.observers.append(access_log.AccessLog(writer))
    if service.entry_script is None:
        collector.resume()
    else:
        collector.settle()
    writer.start()
    process.ServingProcess(service, doors, files, writer.close).run()
    return 0


def _reported(serve: Callable[[], int]) -> int:
    try:
        return serve()
    except ScoringError as error:
        logging.getLogger("scoring").critical("%s", error)
        return error.exit_code
    except Exception:
        logging.getLogger("scoring").critical("The server ended unexpectedly", exc_info=True)
        return 1
