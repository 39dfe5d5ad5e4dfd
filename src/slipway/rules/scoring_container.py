"""The scoring server's container, as images are built for it and targets start it.

What is the server's own (ports, names of variables, its command) is compared with the package `scoring`
by tests/contracts/test_scoring_container.py.
"""

NAME = "scoring"
"""Name of the container in its group or pod; logs are asked for by it."""

PORT = 5001
"""Azure ML's contract and the Open Inference Protocol over REST."""
GRPC_PORT = 8001
"""The Open Inference Protocol over gRPC."""
HEALTH_PORT = 5002
"""The same answers as `PORT`, for probes alone: its connections count towards no limit, so that a server with as many
clients as it takes is not found dead. No target lets anybody else reach it."""

LIVE_PATH = "/"
"""Answers as long as the server runs, whatever it computes."""
READY_PATH = "/v2/health/ready"
"""Refuses where requests would wait in vain: while a model loads or the server stops, behind a run() that hangs."""

APP_ROOT = "/var/azureml-app"
"""Folder of the entry script and the models inside an image."""

SERVE = (
    "python",
    "-m",
    "scoring",
    "serve",
    "--source",
    APP_ROOT,
    "--host",
    "0.0.0.0",  # noqa: S104 - inside the container; what is public is the target's decision
    "--health-port",
    str(HEALTH_PORT),
)
"""Serves over HTTP alone."""
SERVE_WITH_GRPC = (*SERVE, "--grpc-port", str(GRPC_PORT))
"""The entry point of every image."""
CHECK = ("python", "-m", "scoring", "check")
"""Loads what `serve` would, says what it takes and gives, and ends."""

SECRETS_FOLDER = "/var/slipway/secrets"
"""Where a container finds its secret variables, one file each."""
SECRETS = ("--secrets", SECRETS_FOLDER)
"""What tells either command so. A flag: a server that is too old to know it must not serve without its keys."""

PRIMARY_KEY, SECONDARY_KEY = "SLIPWAY_PRIMARY_KEY", "SLIPWAY_SECONDARY_KEY"
"""The server asks callers for a key where either is set."""
INSIGHTS = "APPLICATIONINSIGHTS_CONNECTION_STRING"
"""Where the server sends its telemetry."""
DRAIN_SECONDS = "SLIPWAY_DRAIN_SECONDS"
"""How long the server goes on accepting requests after it was asked to stop."""

RESERVED_VARIABLES = frozenset({PRIMARY_KEY, SECONDARY_KEY, INSIGHTS})
"""What a service sets itself, so that its environment must not."""

EXIT_INIT_FAILED = 3
"""What the server leaves with when init() raises: trying again would give the same."""
