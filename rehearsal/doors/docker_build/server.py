"""The gRPC face of the provider: what the engine attaches to with `PULUMI_DEBUG_PROVIDERS=docker-build:<port>`."""

import json
import logging
import os
from collections.abc import Callable
from concurrent import futures
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from rehearsal.builders.choose import choose_builder
from rehearsal.builders.result import BuildError
from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError
from rehearsal.core.tokens import Tokens
from rehearsal.distribution.errors import DistributionError
from rehearsal.doors.azure_native.values import has_unknown, read, write
from rehearsal.doors.docker_build import checking, diffing
from rehearsal.doors.docker_build.credentials import Credentials
from rehearsal.doors.docker_build.image import Images, Registries

_TOKEN = "docker-build:index:Image"  # noqa: S105  # a type's name
_FAULT_TYPE = "Docker.Build/images"
_WORKERS = 16
_MAX_MESSAGE_BYTES = 64 << 20
_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class DockerBuildDoor:
    """Listens on a loopback port until it is stopped.

    `runtime_name` chooses the builder: `docker`, or the embedded one. The registries' authority is looked for where
    the daemon keeps it, below `state_dir`; layers are kept in Slipway's cache.
    """

    def __init__(
        self,
        arm: Arm,
        tokens: Tokens,
        state_dir: Path,
        runtime_name: str,
        *,
        cache_dir: Path | None = None,
        ca_bundle: Path | None = None,
    ) -> None:
        ca_bundle = ca_bundle or state_dir / "tls" / "trust.pem"
        builder = choose_builder(runtime_name, state_dir, cache_dir or _cache_root(), ca_bundle)
        images = Images(builder, Credentials(arm, tokens), ca_bundle)
        self._server = grpc.server(
            futures.ThreadPoolExecutor(_WORKERS, "docker-build"),
            options=[
                ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
                ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
                ("grpc.so_reuseport", 0),
            ],
        )
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(
            Servicer(arm, images), self._server
        )

    def start(self, port: int | None = None) -> int:
        """Starts to listen; answers the port. Raises RuntimeError when it is taken."""
        bound = self._server.add_insecure_port(f"127.0.0.1:{port or 0}")
        self._server.start()
        return bound

    def stop(self) -> None:
        """Stops at once; a build that is under way is done again by the next `pulumi up`."""
        self._server.stop(grace=0.2).wait()


def _cache_root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "slipway"


def _answering(
    method: Callable[["Servicer", Any, grpc.ServicerContext], Answer],
) -> Callable[["Servicer", Any, grpc.ServicerContext], Answer]:
    """Turns refusals into gRPC errors, sentences as they are."""

    @wraps(method)
    def answered(self: "Servicer", request: Any, context: grpc.ServicerContext) -> Answer:
        try:
            if (token := _token(request)) not in (None, _TOKEN):
                context.abort(
                    grpc.StatusCode.UNIMPLEMENTED,
                    f"the rehearsal has no {token}: of docker-build there is {_TOKEN}",
                )
            return method(self, request, context)
        except (BuildError, DistributionError, OSError, ArmError) as refusal:
            context.abort(grpc.StatusCode.UNKNOWN, str(refusal))

    return answered


def _token(request: Any) -> str | None:
    """The resource type of a request's URN."""
    urn = getattr(request, "urn", "")
    return str(urn).split("::")[2].rsplit("$", 1)[-1] if urn else None


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """pulumirpc.ResourceProvider for Image; every provider instance of a program is a peer of its own."""

    def __init__(self, arm: Arm, images: Images) -> None:
        self._arm = arm
        self._images = images
        self._registries: dict[str, Registries] = {}

    def Handshake(  # noqa: N802
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Nothing beyond the basic protocol."""
        return provider_pb2.ProviderHandshakeResponse()

    def Attach(  # noqa: N802
        self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Nothing is reported to the engine."""
        return empty_pb2.Empty()

    def GetPluginInfo(  # noqa: N802
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """The version of the SDK whose classes are read."""
        return plugin_pb2.PluginInfo(version=version("pulumi-docker-build"))

    def Cancel(  # noqa: N802
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """A build that was begun is finished; its layers serve the next one."""
        return empty_pb2.Empty()

    def GetSchema(  # noqa: N802
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Programs bring their SDK; name and version are enough."""
        number = version("pulumi-docker-build")
        return provider_pb2.GetSchemaResponse(
            schema=json.dumps({"name": "docker-build", "version": number})
        )

    def CheckConfig(  # noqa: N802
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Takes any configuration."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(  # noqa: N802
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Changed credentials replace nothing."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(  # noqa: N802
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remembers the registries of this provider instance."""
        registries = read(request.args).get("registries") or []
        self._registries[context.peer()] = (
            json.loads(registries) if isinstance(registries, str) else registries
        )
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    @_answering
    def Check(  # noqa: N802
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """All problems at once."""
        inputs = read(request.news)
        response = provider_pb2.CheckResponse(inputs=request.news)
        for path, reason in checking.problems(inputs):
            response.failures.add(property=path, reason=reason)
        return response

    @_answering
    def Diff(  # noqa: N802
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compares the state with the arguments, and hashes the context."""
        return diffing.respond(read(request.olds), read(request.news))

    @_answering
    def Create(  # noqa: N802
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """The id is the digest, or the resource's name when nothing was pushed."""
        inputs = read(request.properties)
        outputs = self._made(inputs, context, preview=request.preview, operation="create")
        known = not request.preview and outputs["digest"]
        name = request.urn.rsplit("::", 1)[-1]
        return provider_pb2.CreateResponse(id=known or name, properties=write(outputs))

    @_answering
    def Update(  # noqa: N802
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Builds again; the old image stays in the registry."""
        inputs = read(request.news)
        outputs = self._made(inputs, context, preview=request.preview, operation="update")
        return provider_pb2.UpdateResponse(properties=write(outputs))

    @_answering
    def Read(  # noqa: N802
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """For refresh: an image that is gone from its registry has no id."""
        state = read(request.properties)
        if not self._images.exists(state, self._logins(state, context)):
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=request.id, properties=request.properties, inputs=request.inputs
        )

    @_answering
    def Delete(  # noqa: N802
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
        own = inputs.get("registries") or []
        known = [one for one in own if not has_unknown(one)]
        return [*known, *self._registries.get(context.peer(), [])]

    def _strike(self, operation: str) -> None:
        self._arm.world.faults.strike(_FAULT_TYPE, operation, "before")
