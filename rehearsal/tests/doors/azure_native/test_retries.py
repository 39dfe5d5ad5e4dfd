"""The door asks the core again where azure-native asks Azure again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2_grpc

from rehearsal.core.errors import ArmError, OperationFailedError, RehearsalError
from rehearsal.doors.azure_native import retries
from rehearsal.doors.azure_native.door import AZURE_NATIVE
from rehearsal.doors.azure_native.servicer import AzureNativeServicer
from rehearsal.doors.pulumi_provider.server import ProviderServer

GROUP = {"resourceGroupName": "rg-new", "location": "westeurope"}
WORKSPACE = {"resourceGroupName": "rg-new", "workspaceName": "logs", "location": "westeurope"}


class Clock:
    """Goes on by what is waited."""

    def __init__(self):
        self.now = 0

    def wait(self, seconds):
        self.now += seconds
        return False


@pytest.fixture
def patient(rehearsal, request):
    """The engine at a door that waits so many seconds, each time."""
    door = ProviderServer(AzureNativeServicer(rehearsal.arm, [request.param] * 3), workers=16)
    engine_at = type(request.getfixturevalue("engine"))
    with grpc.insecure_channel(f"127.0.0.1:{door.start()}") as channel:
        yield engine_at(provider_pb2_grpc.ResourceProviderStub(channel))
    door.stop()


class Call:
    """A call of the engine's, as gRPC has it."""

    def __init__(self, *, over=False):
        self.over, self.end = over, None

    def peer(self):
        return "ipv4:127.0.0.1:1"

    def add_callback(self, callback):
        self.end = callback
        return not self.over


def asked_at(refusal):
    clock, times = Clock(), []

    def call():
        times.append(clock.now)
        raise refusal

    with pytest.raises(ArmError):
        retries.again(call, retries.usual_waits(), clock.wait)
    return times


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_passes_is_asked_again_after_20_60_and_120_seconds(status):
    assert asked_at(ArmError(status, "Any", "words")) == [0, 20, 80, 200]


def test_so_is_what_another_operation_keeps():
    assert asked_at(ArmError(409, "AnotherOperationInProgress", "words")) == [0, 20, 80, 200]


@pytest.mark.parametrize(
    "refusal",
    [
        ArmError(400, "BadRequest", "words"),
        ArmError(404, "ResourceNotFound", "words"),
        ArmError(409, "Conflict", "words"),
        ArmError(501, "NotSupportedByRehearsal", "words"),
        ArmError(507, "InsufficientStorage", "words"),
        OperationFailedError(500, "InternalServerError", "accepted, and failed later"),
    ],
)
def test_what_stays_is_not(refusal):
    assert asked_at(refusal) == [0]


@pytest.mark.parametrize("patient", [0.01], indirect=True)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_creation_is_asked_for_until_it_is_answered(patient, rehearsal, moment):
    rehearsal.world.faults.order("ResourceGroup", "create", code="504", moment=moment)
    rehearsal.world.faults.order("ResourceGroup", "update", code="503", times=1)
    made, _ = patient.create("ResourceGroup", GROUP)
    assert made.endswith("/rg-new")


@pytest.mark.parametrize("patient", [0.01], indirect=True)
def test_reading_deleting_and_functions_are_asked_again_too(patient, rehearsal):
    faults = rehearsal.world.faults
    patient.create("ResourceGroup", GROUP)
    made, _ = patient.create("Workspace", WORKSPACE)
    for operation in ("update", "sharedKeys", "read", "delete"):
        faults.order("Workspace", operation, code="500", times=3)
    patient.update("Workspace", made, WORKSPACE)
    keys, _ = patient.invoke(
        "azure-native:operationalinsights:getSharedKeys",
        resourceGroupName="rg-new",
        workspaceName="logs",
    )
    assert keys["primarySharedKey"]
    assert patient.read("Workspace", made)[0] == made
    patient.delete("Workspace", made)
    assert faults.list() == []
    assert not rehearsal.arm.exists(made)


@pytest.mark.parametrize("patient", [0.01], indirect=True)
def test_the_last_answer_is_told(patient, rehearsal):
    rehearsal.world.faults.order("ResourceGroup", "create", code="429", times=4)
    with pytest.raises(grpc.RpcError) as told:
        patient.create("ResourceGroup", GROUP)
    assert told.value.details().startswith('Status=429 Code="TooManyRequests"')
    assert rehearsal.world.faults.list() == []


@pytest.mark.parametrize("patient", [90], indirect=True)
def test_the_engine_ends_a_wait(patient, rehearsal, monkeypatch):
    waits, again = threading.Event(), retries.again

    def seen(call, seconds, wait):
        return again(call, seconds, lambda each: waits.set() or wait(each))

    monkeypatch.setattr(retries, "again", seen)
    rehearsal.world.faults.order("ResourceGroup", "create", code="503")
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(patient.create, "ResourceGroup", GROUP)
        assert waits.wait(60)
        patient.cancel()
        with pytest.raises(grpc.RpcError) as told:
            asked.result(timeout=60)
    assert told.value.details() == "context canceled"


def refused():
    raise ArmError(503, "ServiceUnavailable", "words")


def test_a_call_that_ends_ends_its_wait():
    call = Call()
    ask = retries.Retries([90]).of(call)
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(ask, refused)
        call.end()
        with pytest.raises(retries.CanceledError):
            asked.result(timeout=60)


def test_a_call_that_was_over_before_waits_for_nothing():
    with pytest.raises(retries.CanceledError):
        retries.Retries([90]).of(Call(over=True))(refused)


def test_each_further_question_is_in_the_rehearsals_log(caplog):
    with caplog.at_level("INFO"):
        asked_at(ArmError(503, "ServiceUnavailable", "words"))
    assert [record.getMessage() for record in caplog.records] == [
        f"azure-native asks again in {seconds:.1f} s: ServiceUnavailable: words"
        for seconds in (20, 60, 120)
    ]


def test_the_door_waits_as_the_variable_says(rehearsal, monkeypatch):
    monkeypatch.setenv(retries.VARIABLE, "soon")
    with pytest.raises(RehearsalError, match=retries.VARIABLE):
        AZURE_NATIVE.make(SimpleNamespace(arm=rehearsal.arm))


@pytest.mark.parametrize("given", ["soon", "1,-1", "nan", "1e999"])
def test_waits_are_seconds(given, monkeypatch):
    monkeypatch.setenv(retries.VARIABLE, given)
    with pytest.raises(RehearsalError, match=f"{retries.VARIABLE} must be seconds separated"):
        retries.usual_waits()
