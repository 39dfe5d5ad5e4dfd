"""The protocol's protobuf messages, made from `inference.binpb` (`make protos`).

They live in a descriptor pool of their own: a score.py that is itself a client of this protocol brings the same
message names, which one pool cannot hold twice; and no generated code ties us to a version of protobuf.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

POOL = descriptor_pool.DescriptorPool()
PACKAGE = "inference"
SERVICE = f"{PACKAGE}.GRPCInferenceService"


def _load() -> None:
    content = Path(__file__).with_name("inference.binpb").read_bytes()
    for file in descriptor_pb2.FileDescriptorSet.FromString(content).file:
        POOL.AddSerializedFile(file.SerializeToString())


def message(name: str) -> Any:
    """The class of a message of the protocol."""
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(f"{PACKAGE}.{name}"))


_load()
ModelInferResponse = message("ModelInferResponse")
