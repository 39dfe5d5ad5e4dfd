"""docker-build over gRPC: its only resource here is Image."""

import json
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from rehearsal.builders.request import BuildError
from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError
from rehearsal.core.type_names import DOCKER_IMAGE
from rehearsal.distribution.errors import DistributionError
from rehearsal.doors.docker_build import checking, diffing, project_folder
from rehearsal.doors.docker_build.image import Images, Registries
from rehearsal.doors.pulumi_provider.servicer import ProviderServicer, answering, type_token
from rehearsal.doors.pulumi_provider.values import has_unknown, is_unknown, known_list, read, write
from rehearsal.machine import disk

_IMAGE = "docker-build:index:Image"


class DockerBuildServicer(ProviderServicer):
    """Every provider instance of a program is a peer of its own."""

    package = "docker-build"
    refusals = (BuildError, DistributionError, OSError, ArmError)

    def __init__(self, arm: Arm, images: Images) -> None:
        self._arm = arm
        self._images = images
        self._registries: dict[str, Registries] = {}
        self._folders: dict[str, Path] = {}

    def words(self, refusal: Exception) -> str:
        """The refusal itself, or that the disk is full, which no message of the system says where."""
        if disk.is_full(refusal):
            return disk.sentence(getattr(refusal, "filename", None) or "its folders")
        return str(refusal)

    def admit(self, request: Any, context: grpc.ServicerContext) -> None:
        """Refuses every type but the image, and finds the folder of the program that asks."""
        project_folder.enter(self._folders.get(context.peer(), Path()))
        if (token := type_token(request.urn)) != _IMAGE:
            context.abort(
                grpc.StatusCode.UNIMPLEMENTED,
                f"the rehearsal has no {token}: of docker-build there is {_IMAGE}",
            )

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remembers the registries of this provider instance, and where its program is."""
        self._folders[context.peer()] = project_folder.of_peer(context.peer(), self.port)
        self._registries[context.peer()] = _logins(read(request.args).get("registries"))
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    @answering
    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """All problems at once."""
        inputs = read(request.news)
        response = provider_pb2.CheckResponse(inputs=request.news)
        for path, reason in checking.problems(inputs):
            response.failures.add(property=path, reason=reason)
        return response

    @answering
    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compares the state with the arguments, and hashes the context."""
        return diffing.respond(read(request.olds), read(request.news))

    @answering
    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """The id is the digest, or the resource's name when nothing was pushed."""
        inputs = read(request.properties)
        outputs = self._made(inputs, context, preview=request.preview, operation="create")
        known = not request.preview and outputs["digest"]
        name = request.urn.rsplit("::", 1)[-1]
        return provider_pb2.CreateResponse(id=known or name, properties=write(outputs))

    @answering
    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Builds again; the old image stays in the registry."""
        inputs = read(request.news)
        outputs = self._made(inputs, context, preview=request.preview, operation="update")
        return provider_pb2.UpdateResponse(properties=write(outputs))

    @answering
    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """For refresh: an image that is gone from its registry has no id."""
        state = read(request.properties)
        if not self._images.exists(state, self._logins(state, context)):
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=request.id, properties=request.properties, inputs=request.inputs
        )

    @answering
    def Delete(
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """What is not there is deleted."""
        self._strike("delete")
        state = read(request.properties)
        self._images.delete(state, self._logins(state, context))
        return empty_pb2.Empty()

    def _made(
        self,
        inputs: dict[str, Any],
        context: grpc.ServicerContext,
        *,
        preview: bool,
        operation: str,
    ) -> dict[str, Any]:
        logins = self._logins(inputs, context)
        if preview:
            return self._images.preview(inputs, logins)
        self._strike(operation)
        return self._images.build(inputs, logins)

    def _logins(self, inputs: dict[str, Any], context: grpc.ServicerContext) -> Registries:
        return [*_logins(inputs.get("registries")), *self._registries.get(context.peer(), [])]

    def _strike(self, operation: str) -> None:
        self._arm.world.faults.strike(DOCKER_IMAGE, operation, "before")


def _logins(registries: Any) -> Registries:
    """Those that are known, as a list or (the provider's own) as JSON."""
    if isinstance(registries, str) and not is_unknown(registries):
        registries = json.loads(registries)
    return [one for one in known_list(registries) if not has_unknown(one)]
