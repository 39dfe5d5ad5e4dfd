"""The Open Inference Protocol, version 2: REST with the binary tensor extension, and gRPC."""
