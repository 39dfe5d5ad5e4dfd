"""`python -m scoring serve`."""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.errors import ScoringError

if TYPE_CHECKING:
    from scoring.server.logs import Writer
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
    parser.add_argument("--workers", type=int, help="processes (default 1, or WORKER_COUNT)")
    parser.add_argument(
        "--tls-cert", dest="tls_certificate", type=Path, help="certificate chain, PEM"
    )
    parser.add_argument("--tls-key", type=Path, help="private key, PEM, PKCS#8")

    parser.add_argument(
        "--trust-pickle",
        action="store_true",
        default=None,
        help="load pickles whose sha256 is not registered (a pickle can run any code)",
    )

def run(args: argparse.Namespace) -> int:
    from scoring import settings
    from scoring.server import logs

    names = ("trust_pickle", "source", "host", "port", "grpc_port", "workers", "tls_certificate", "tls_key")
    chosen = settings.read(os.environ, {name: getattr(args, name) for name in names})
    writer = logs.configure(chosen.log_level)
    try:
        _serve(chosen, writer)
    except ScoringError as error:
        logging.getLogger("scoring").critical("%s", error)
        return error.exit_code
    finally:
        writer.close()
    return 0


def _serve(chosen: Settings, writer: Writer) -> None:
    from scoring import assembly
    from scoring.http import keys
    from scoring.server import access_log, listener, process, tls

    accepted = keys.take_from(os.environ)
    files = None
    if chosen.tls_certificate is not None and chosen.tls_key is not None:
        files = tls.TlsFiles(chosen.tls_certificate, chosen.tls_key, chosen.tls_lowest)
        files.context()
    listening = listener.bind(chosen.host, chosen.port)
    service = assembly.build(chosen, accepted)
    if chosen.access_log:
        service.observers.append(access_log.AccessLog(writer))
    writer.start()
    process.ServingProcess(service, listening, files).run()
