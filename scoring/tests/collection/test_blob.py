"""Collection into Azure Blob Storage, played by Microsoft's Azurite (from npm, kept in the cache)."""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from scoring.collection.record import Logged
from scoring.collection.settings import CONNECTION_STRING, CollectionSettings
from scoring.collection.sinks.choose import open_sink
from scoring.errors import ScoringError

NPM = shutil.which("npm")
AZURITE = "azurite@3.35.0"
# Azurite's account and key stand in its documentation; they open nothing else.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

needs_npm = pytest.mark.skipif(
    not NPM, reason="Azurite is started by npm's node, which is not here"
)


@pytest.fixture(scope="module")
def azurite(tmp_path_factory):
    """Its blob endpoint."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "slipway" / AZURITE
    program = cache / "node_modules" / ".bin" / "azurite-blob"
    if not program.exists():
        cache.mkdir(parents=True, exist_ok=True)
        install = [
            NPM,
            "install",
            "--prefix",
            cache,
            "--no-audit",
            "--no-fund",
            "--loglevel",
            "error",
            AZURITE,
        ]
        subprocess.run(install, check=True, cwd=cache)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            program,
            "--blobHost",
            "127.0.0.1",
            "--blobPort",
            str(port),
            "--inMemoryPersistence",
            "--skipApiVersionCheck",
            "--silent",
            "--disableTelemetry",
        ],
        cwd=tmp_path_factory.mktemp("azurite"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert time.monotonic() < until
            assert process.poll() is None
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}/{ACCOUNT}"
    process.terminate()
    process.wait(30)


@pytest.fixture
def container(azurite, request):
    from azure.storage.blob import BlobServiceClient

    name = request.node.name.split("[")[0].replace("_", "-")[:60].strip("-")
    with BlobServiceClient.from_connection_string(connection(azurite)) as service:
        yield service.create_container(name)


def connection(endpoint):
    return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint={endpoint};"


def rows(count):
    return [Logged("model/1/inputs", "c", "r", b"[%d]" % n).record(10**6) for n in range(count)]


@needs_npm
def test_a_server_appends_lines(azurite, container, start_server):
    script = "import json\ndef init(): pass\ndef run(raw): return json.loads(raw)\n"
    target = f"{azurite}/{container.container_name}/mine"
    server = start_server(
        script,
        SLIPWAY_COLLECT=target,
        SLIPWAY_COLLECT_FLUSH_SECONDS="0.1",
        **{CONNECTION_STRING: connection(azurite)},
    )
    for number in range(30):
        server.score([number])
        time.sleep(0.02)  # several flushes
    server.stop()
    (blob,) = container.list_blobs()
    assert blob.name.startswith("mine/requests/20")
    assert blob.blob_type == "AppendBlob"
    lines = container.download_blob(blob.name).readall().splitlines()
    assert [json.loads(line)["outputs"] for line in lines] == [[n] for n in range(30)]
    assert KEY not in server.log.read_text()


@needs_npm
def test_parquet_files(azurite, container):
    from io import BytesIO

    from pyarrow import parquet

    settings = CollectionSettings(target=f"{azurite}/{container.container_name}", format="parquet")
    sink = open_sink(settings, {CONNECTION_STRING: connection(azurite)})
    sink.write(rows(3))
    sink.write(rows(2))
    sink.close()
    names = [blob.name for blob in container.list_blobs()]
    assert len(names) == 2
    tables = [
        parquet.read_table(BytesIO(container.download_blob(name).readall()))
        for name in sorted(names)
    ]
    assert [table.num_rows for table in tables] == [3, 2]


@needs_npm
def test_a_second_try_doubles_nothing(azurite, container, monkeypatch):
    from azure.core.exceptions import ServiceResponseError
    from azure.storage.blob import BlobClient

    monkeypatch.setattr("scoring.collection.sinks.blob._BLOCK_BYTES", 1000)
    sink = open_sink(
        CollectionSettings(target=f"{azurite}/{container.container_name}"),
        {CONNECTION_STRING: connection(azurite)},
    )
    append, calls = BlobClient.append_block, []

    def failing(self, *args, **more):
        calls.append(1)
        if len(calls) == 3:
            raise ServiceResponseError("the connection was lost")
        return append(self, *args, **more)

    monkeypatch.setattr(BlobClient, "append_block", failing)
    records = rows(40)
    with pytest.raises(ServiceResponseError):
        sink.write(records)
    sink.write(records)
    sink.close()
    (blob,) = container.list_blobs()
    lines = container.download_blob(blob.name).readall().splitlines()
    assert [json.loads(line)["inputs"] for line in lines] == [[n] for n in range(40)]


def test_a_url_without_container_is_refused():
    settings = CollectionSettings(target="https://account.blob.core.windows.net/")
    with pytest.raises(ScoringError, match="names no container"):
        open_sink(settings, {})
