"""The door with a client, as the engine is one, and a registry behind it."""

from pathlib import Path
from types import SimpleNamespace

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2_grpc

from rehearsal.builders.embedded.builder import EmbeddedBuilder
from rehearsal.doors.docker_build.credentials import Credentials
from rehearsal.doors.docker_build.image import Images
from rehearsal.doors.docker_build.servicer import DockerBuildServicer
from rehearsal.doors.pulumi_provider.server import ProviderServer

DOCKERFILE = "FROM python:3.11-slim-bookworm\nLABEL a=b\nCOPY app/ /app/\n"


class _Faults:
    def __init__(self):
        self.ordered = None

    def strike(self, resource_type, operation, moment):
        if self.ordered is not None:
            raise self.ordered


@pytest.fixture
def arm(oci_door):
    """ARM, as far as the door asks it."""
    document = {"properties": {"loginServer": oci_door.login_server}}
    return SimpleNamespace(
        list=lambda kind=None: [document], world=SimpleNamespace(faults=_Faults())
    )


@pytest.fixture
def provider(arm, oci_door, tmp_path, monkeypatch):
    """A gRPC client of the door; the rehearsal's user is the registry's pusher."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-docker-login"))
    tokens = SimpleNamespace(
        user=SimpleNamespace(object_id="pusher"), issue=lambda *_: oci_door.tokens["owner"]
    )
    bundle = Path(oci_door.ca)
    images = Images(EmbeddedBuilder(tmp_path / "cache", bundle), Credentials(arm, tokens), bundle)
    door = ProviderServer(DockerBuildServicer(arm, images), workers=4)
    with grpc.insecure_channel(f"127.0.0.1:{door.start()}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    door.stop()


@pytest.fixture
def image(tmp_path, oci_door):
    """Arguments of an Image whose context is there."""
    context = tmp_path / "context"
    (context / "app").mkdir(parents=True)
    (context / "app" / "score.py").write_text("print(1)\n")
    (context / "Dockerfile").write_text(DOCKERFILE)
    (context / ".dockerignore").write_text("Dockerfile\n*.tmp\n")
    return {
        "context": {"location": str(context)},
        "push": True,
        "buildOnPreview": False,
        "tags": [f"{oci_door.login_server}/images/{tmp_path.name.replace('_', '-').lower()}:key-1"],
    }
