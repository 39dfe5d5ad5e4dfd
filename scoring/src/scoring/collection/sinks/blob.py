"""Records in Azure Blob Storage: append blobs for JSON Lines, one block blob per flush for Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobClient, BlobServiceClient, ContainerClient

from scoring.collection import formats
from scoring.collection.record import Record
from scoring.collection.settings import CONNECTION_STRING, CollectionSettings
from scoring.collection.sinks.base import by_folder, instance
from scoring.errors import ScoringError

#: Azure's limit for one appended block; a record is smaller (SLIPWAY_COLLECT_RECORD_BYTES, twice).
_BLOCK_BYTES = 4 * 2**20


class BlobSink:
    """`https://ACCOUNT.blob.core.windows.net/CONTAINER[/PREFIX]`.

    The identity comes from the environment, or is a connection string's.
    """

    def __init__(self, settings: CollectionSettings, variables: Mapping[str, str]) -> None:
        self._container, prefix = _container(settings.target, variables.get(CONNECTION_STRING, ""))
        self._prefix = f"{prefix}/" if prefix else ""
        self._format = settings.format
        self._instance = instance()
        self._flushes = 0
        self._done: dict[str, int] = {}

    def write(self, records: Sequence[Record]) -> None:
        if not self._done:
            # Also after a failed try: what is written already is not written again.
            self._flushes += 1
        for folder, group in by_folder(records).items():
            self._write_group(folder, group)
        self._done.clear()

    def close(self) -> None:
        self._container.close()

    def _write_group(self, folder: str, group: list[Record]) -> None:
        stem = f"{self._prefix}{folder}/{self._instance}"
        if self._format == "parquet":
            if folder not in self._done:
                name = f"{stem}-{self._flushes:06}.parquet"
                self._container.upload_blob(name, formats.parquet(group), overwrite=True)
                self._done[folder] = 1
            return
        blob = self._container.get_blob_client(f"{stem}.jsonl")
        for number, block in enumerate(_blocks(group)):
            if number >= self._done.get(folder, 0):
                _append(blob, block)
                self._done[folder] = number + 1


def _append(blob: BlobClient, block: bytes) -> None:
    try:
        blob.append_block(block)
    except ResourceNotFoundError:
        blob.create_append_blob()
        blob.append_block(block)


def _blocks(group: Sequence[Record]) -> Iterator[bytes]:
    block = b""
    for record in group:
        line = formats.line(record)
        if block and len(block) + len(line) > _BLOCK_BYTES:
            yield block
            block = b""
        block += line
    if block:
        yield block


def _container(url: str, connection_string: str) -> tuple[ContainerClient, str]:
    parts = urlsplit(url)
    path = [part for part in parts.path.split("/") if part]
    # Storage emulators carry the account as the first part of the path.
    account_in_path = (
        "." not in (parts.hostname or "") or (parts.hostname or "").replace(".", "").isdigit()
    )
    depth = 1 if account_in_path else 0
    if len(path) <= depth:
        raise ScoringError(f"SLIPWAY_COLLECT is {url!r}; it names no container after the account")
    account_url = f"{parts.scheme}://{parts.netloc}" + "".join(f"/{part}" for part in path[:depth])
    service = _service(account_url, connection_string)
    container = service.get_container_client(path[depth])
    return container, "/".join(path[depth + 1 :])


def _service(account_url: str, connection_string: str) -> BlobServiceClient:
    if connection_string:
        return BlobServiceClient.from_connection_string(connection_string)
    from azure.identity import DefaultAzureCredential

    return BlobServiceClient(account_url, credential=DefaultAzureCredential())
