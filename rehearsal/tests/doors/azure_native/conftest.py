"""The provider door, talked to as the engine talks to it."""

import json

import grpc
import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from rehearsal.doors.azure_native.servicer import AzureNativeServicer
from rehearsal.doors.pulumi_provider.server import ProviderServer

TOKENS = {
    "ResourceGroup": "azure-native:resources:ResourceGroup",
    "Registry": "azure-native:containerregistry:Registry",
    "UserAssignedIdentity": "azure-native:managedidentity:UserAssignedIdentity",
    "RoleAssignment": "azure-native:authorization:RoleAssignment",
    "ContainerGroup": "azure-native:containerinstance:ContainerGroup",
    "Workspace": "azure-native:operationalinsights:Workspace",
    "Component": "azure-native:applicationinsights:Component",
}


class InitFailed(Exception):
    """The provider said: made, but failed."""

    def __init__(self, detail) -> None:
        super().__init__("; ".join(detail.reasons))
        self.detail = detail


def _struct(values):
    found = struct_pb2.Struct()
    json_format.Parse(json.dumps(values or {}), found)
    return found


def _plain(struct):
    return json_format.MessageToDict(struct)


class Engine:
    """Short names for the calls; types by their class name."""

    def __init__(self, stub) -> None:
        self.stub = stub

    def urn(self, kind, name="it"):
        return f"urn:pulumi:dev::p::example:index:Site${TOKENS.get(kind, kind)}::{name}"

    def configure(self, **variables):
        given = {f"azure-native:config:{key}": value for key, value in variables.items()}
        return self.stub.Configure(provider_pb2.ConfigureRequest(variables=given))

    def check(self, kind, news, olds=None, name="it", seed=b"seed"):
        response = self.stub.Check(
            provider_pb2.CheckRequest(
                urn=self.urn(kind, name), news=_struct(news), olds=_struct(olds), randomSeed=seed
            )
        )
        return _plain(response.inputs), {one.property: one.reason for one in response.failures}

    def diff(self, kind, olds, news):
        return self.stub.Diff(
            provider_pb2.DiffRequest(
                urn=self.urn(kind), old_inputs=_struct(olds), news=_struct(news)
            )
        )

    def create(self, kind, inputs, *, preview=False):
        request = provider_pb2.CreateRequest(
            urn=self.urn(kind), properties=_struct(inputs), preview=preview
        )
        response = self._partial(self.stub.Create, request)
        return response.id, _plain(response.properties)

    def update(self, kind, resource_id, news, olds=None, *, preview=False):
        request = provider_pb2.UpdateRequest(
            urn=self.urn(kind),
            id=resource_id,
            news=_struct(news),
            olds=_struct(olds),
            preview=preview,
        )
        return _plain(self._partial(self.stub.Update, request).properties)

    def read(self, kind, resource_id, inputs=None, olds=None):
        response = self.stub.Read(
            provider_pb2.ReadRequest(
                urn=self.urn(kind), id=resource_id, inputs=_struct(inputs), properties=_struct(olds)
            )
        )
        return response.id, _plain(response.properties), _plain(response.inputs)

    def delete(self, kind, resource_id):
        self.stub.Delete(provider_pb2.DeleteRequest(urn=self.urn(kind), id=resource_id))

    def cancel(self):
        self.stub.Cancel(empty_pb2.Empty())

    def invoke(self, token, **arguments):
        response = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=_struct(arguments)))
        return _plain(getattr(response, "return")), {
            one.property: one.reason for one in response.failures
        }

    def _partial(self, method, request):
        try:
            return method(request)
        except grpc.RpcError as error:
            for key, value in error.trailing_metadata() or ():
                if key == "grpc-status-details-bin":
                    detail = provider_pb2.ErrorResourceInitFailed()
                    status_pb2.Status.FromString(value).details[0].Unpack(detail)
                    raise InitFailed(detail) from error
            raise


@pytest.fixture
def engine(rehearsal):
    door = ProviderServer(AzureNativeServicer(rehearsal.arm), workers=16)
    with grpc.insecure_channel(f"127.0.0.1:{door.start()}") as channel:
        yield Engine(provider_pb2_grpc.ResourceProviderStub(channel))
    door.stop()


@pytest.fixture
def group_inputs(rehearsal):
    """Arguments of a container group that can be made, in azure-native's flat form."""
    body = rehearsal.pulling_group()
    properties = body["properties"]
    container = properties["containers"][0]
    return {
        "containerGroupName": "website",
        "resourceGroupName": "rg",
        "location": "westeurope",
        "osType": "Linux",
        "restartPolicy": "Always",
        "identity": {
            "type": "UserAssigned",
            "userAssignedIdentities": list(body["identity"]["userAssignedIdentities"]),
        },
        "imageRegistryCredentials": properties["imageRegistryCredentials"],
        "ipAddress": properties["ipAddress"],
        "containers": [{"name": container["name"], **container["properties"]}],
    }
