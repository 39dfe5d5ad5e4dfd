"""Records as events of an Azure Event Hub: one JSON object an event."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from azure.eventhub import EventData, EventDataBatch, EventHubProducerClient

from scoring.collection import formats
from scoring.collection.record import Record
from scoring.collection.settings import CONNECTION_STRING, CollectionSettings
from scoring.errors import ScoringError

logger = logging.getLogger("scoring.collection")


class EventHubSink:
    """`eventhub://NAMESPACE.servicebus.windows.net/HUB`; identity from the environment or a connection string."""

    def __init__(self, settings: CollectionSettings, variables: Mapping[str, str]) -> None:
        if settings.format != "jsonl":
            raise ScoringError("SLIPWAY_COLLECT_FORMAT must be jsonl for an event hub")
        self._producer = _producer(settings.target, variables.get(CONNECTION_STRING, ""))

    def write(self, records: Sequence[Record]) -> None:
        """An event hub takes events at least once: after a failure in the middle some come twice."""
        batch = self._producer.create_batch()
        for record in records:
            event = EventData(formats.line(record).rstrip())
            event.properties = {
                "collection": record["collection"],
                "request_id": record["request_id"] or "",
            }
            batch = self._added(batch, event)
        if len(batch):
            self._producer.send_batch(batch)

    def _added(self, batch: EventDataBatch, event: EventData) -> EventDataBatch:
        try:
            batch.add(event)
        except ValueError:
            if len(batch):
                self._producer.send_batch(batch)
                return self._added(self._producer.create_batch(), event)
            logger.warning("A record is larger than the event hub takes; it is left out")
        return batch

    def close(self) -> None:
        self._producer.close()


def _producer(target: str, connection_string: str) -> EventHubProducerClient:
    parts = urlsplit(target)
    hub = parts.path.strip("/")
    if not parts.hostname or not hub or "/" in hub:
        raise ScoringError(f"SLIPWAY_COLLECT is {target!r}; it must be eventhub://NAMESPACE/HUB")
    if connection_string:
        return EventHubProducerClient.from_connection_string(connection_string, eventhub_name=hub)
    from azure.identity import DefaultAzureCredential

    return EventHubProducerClient(parts.hostname, hub, DefaultAzureCredential())
