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
GRACE_SECONDS = "SLIPWAY_GRACE_SECONDS"
"""How long it has from then to its end; at least twice as long."""
KEEP_ALIVE_SECONDS = "SLIPWAY_KEEP_ALIVE_SECONDS"
"""How long a connection may rest between two requests before the server closes it."""
CONCURRENT_REQUESTS = "SLIPWAY_MAX_CONCURRENT_REQUESTS"
"""Requests that the server computes at the same time."""
QUEUE_WAIT_MS = "SLIPWAY_MAX_QUEUE_WAIT_MS"
"""How long one may wait for its turn before it is answered with 503."""
REQUEST_TIMEOUT_MS = "SLIPWAY_SCORING_TIMEOUT_MS"
"""How long one may take, its wait included, before it is answered with 504."""
PATH_PREFIX = "SERVICE_PATH_PREFIX"
"""What stands before the paths in its OpenAPI description."""

PRIMARY_KEY_FILE, SECONDARY_KEY_FILE = f"{PRIMARY_KEY}_FILE", f"{SECONDARY_KEY}_FILE"
"""Files with the keys instead: read again whenever they change."""

METRICS_PATH = "/metrics"
"""What the server counts, as Prometheus reads it; it asks for a key as scoring does."""
IN_PROGRESS = "scoring_requests_in_progress"
"""The number of requests that are being answered, waiting ones included."""

USER = 1000
"""Who runs the server in an image; the files there are another's."""

RESERVED_VARIABLES = frozenset({PRIMARY_KEY, SECONDARY_KEY, INSIGHTS})
"""What a service sets itself, so that its environment must not."""

EXIT_INIT_FAILED = 3
"""What the server leaves with when init() raises: trying again would give the same."""
