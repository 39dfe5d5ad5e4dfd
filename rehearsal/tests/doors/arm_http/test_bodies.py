"""Malformed bodies are refused with their path, and never end in a defect; api-versions are those of the type.

`make fuzz-arm` looks longer: it sends 10,000 bodies and writes what was answered to `raw/bodies.json` beside this.
"""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rehearsal.arm.table import TYPES
from rehearsal.core.errors import ArmError
from rehearsal.doors.arm_http.requests import Answered, Asked, answer

EXAMPLES = int(os.environ.get("REHEARSAL_FUZZ", "150"))
RECORD = os.environ.get("REHEARSAL_FUZZ_RECORD")
LACKING = "NotSupportedByRehearsal"
ACI = "Microsoft.ContainerInstance/containerGroups"
VERSIONS = {
    "Microsoft.Resources/resourceGroups": "2024-03-01",
    "Microsoft.ContainerRegistry/registries": "2023-07-01",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "2023-01-31",
    "Microsoft.Authorization/roleAssignments": "2022-04-01",
    "Microsoft.OperationalInsights/workspaces": "2023-09-01",
    "Microsoft.Insights/components": "2020-02-02",
    "Microsoft.Network/virtualNetworks": "2024-05-01",
    "Microsoft.Network/virtualNetworks/subnets": "2024-05-01",
    ACI: "2023-05-01",
}
MEMBERS = [
    *(
        "id",
        "kind",
        "zones",
        "plan",
        "sku",
        "identity",
        "properties",
        "tags",
        "Tags",
        "provisioningState",
        "extensions",
    ),
    *(
        "initContainers",
        "subnetIds",
        "volumes",
        "azureFile",
        "emptyDir",
        "diagnostics",
        "dnsConfig",
        "priority",
        "gpu",
    ),
    *(
        "encryption",
        "networkRuleSet",
        "policies",
        "zoneRedundancy",
        "publicNetworkAccess",
        "dataEndpointEnabled",
    ),
    *(
        "condition",
        "delegatedManagedIdentityResourceId",
        "workspaceCapping",
        "delegations",
        "securityContext",
    ),
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[]), max_size=8)
    | st.sampled_from(["Linux", "/", "name", "10.0.0.0/8", "-1", "1e400", "\ud800", "\0", "é"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture
def send(rehearsal, monkeypatch):
    """A request of the rehearsal's own user, and what it goes on with; status and document of the answer."""

    def start(_, work):
        try:
            work()
        except ArmError as refusal:
            if refusal.code == "InternalServerError":
                raise
        return "done"

    monkeypatch.setattr(rehearsal.arm.operations, "start", start)

    def run(method, path, content, version):
        asked = Asked(
            method=method,
            path=path,
            query={"api-version": version},
            headers={},
            body=content if isinstance(content, bytes) else json.dumps(content).encode(),
            base_url="https://localhost:1",
        )
        try:
            found = answer(asked, rehearsal.arm, rehearsal.world.tokens.user)
        except ArmError as refusal:
            found = Answered(status=refusal.status, document=refusal.body())
        json.dumps(
            found.document, ensure_ascii=False, allow_nan=False
        ).encode()  # as the server does
        return found.status, found.document

    return run


@pytest.fixture
def tally():
    """What was answered: type, method, status and code -> how often; written down where the run asks for it."""
    answered = Counter()
    yield answered
    if RECORD:
        Path(RECORD).parent.mkdir(exist_ok=True)
        Path(RECORD).write_text(json.dumps(record(answered), indent=2) + "\n")


def record(answered):
    """The figures of a run; what the rehearsal says it lacks is counted separately from defects."""
    statuses, lacking = Counter(), Counter()
    for (kind, method, status, code), times in sorted(answered.items()):
        statuses[f"{status} {code}".strip()] += times
        if code == LACKING:
            lacking[f"{method} {kind}"] += times
    fives = sum(
        times for (*_, status, code), times in answered.items() if status >= 500 and code != LACKING
    )
    return {
        "bodies": answered.total(),
        "types": len({kind for kind, *_ in answered}),
        "answered by 5xx": fives,
        "said to be lacking in the rehearsal (501, Azure has it)": dict(lacking),
        "answers": dict(statuses),
    }


def bodies(rehearsal):
    """Path below the group, type and a body that is right, of every type."""
    group = rehearsal.pulling_group()
    group["properties"]["volumes"] = [{"name": "secrets", "secret": {"file": "aGVsbG8="}}]
    container = group["properties"]["containers"][0]["properties"]
    container["volumeMounts"] = [{"name": "secrets", "mountPath": "/mnt/secrets"}]
    container["livenessProbe"] = {"httpGet": {"path": "/", "port": 5001, "scheme": "http"}}
    container["readinessProbe"] = {"exec": {"command": ["true"]}, "periodSeconds": 5}
    network = "Microsoft.Network/virtualNetworks"
    prefix = {"addressPrefix": "10.0.1.0/24"}
    rehearsal.put(
        rehearsal.id(network, "net"),
        {
            "location": "westeurope",
            "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
        },
    )
    return [
        (
            "Microsoft.ManagedIdentity/userAssignedIdentities/puller",
            "Microsoft.ManagedIdentity/userAssignedIdentities",
            {"location": "westeurope", "tags": {"a": "b"}},
        ),
        ("", "Microsoft.Resources/resourceGroups", {"location": "westeurope", "tags": {"a": "b"}}),
        (f"{ACI}/other", ACI, group | {"identity": group["identity"], "zones": ["1"]}),
        (
            "Microsoft.ContainerRegistry/registries/another",
            "Microsoft.ContainerRegistry/registries",
            {
                "location": "westeurope",
                "sku": {"name": "Basic"},
                "properties": {
                    "adminUserEnabled": True,
                    "publicNetworkAccess": "Enabled",
                    "networkRuleSet": {"defaultAction": "Allow", "ipRules": []},
                    "policies": {"retentionPolicy": {"days": 7, "status": "disabled"}},
                },
            },
        ),
        (
            "Microsoft.OperationalInsights/workspaces/logs",
            "Microsoft.OperationalInsights/workspaces",
            {"location": "westeurope", "properties": {"retentionInDays": 30}},
        ),
        (
            "Microsoft.Insights/components/insights",
            "Microsoft.Insights/components",
            {"location": "westeurope", "kind": "web", "properties": {"Application_Type": "web"}},
        ),
        (
            f"{network}/other",
            network,
            {
                "location": "westeurope",
                "properties": {
                    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                    "subnets": [{"name": "one", "properties": prefix}],
                },
            },
        ),
        (f"{network}/net/subnets/one", f"{network}/subnets", {"properties": prefix}),
        (
            "Microsoft.Authorization/roleAssignments/" + "f1a07417-d97a-45cb-824c-7a7467783830",
            "Microsoft.Authorization/roleAssignments",
            {"properties": {"principalId": "x", "roleDefinitionId": "y"}},
        ),
    ]


def places(value, path=()):
    """Every place in a body, the whole included."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def changed(value, path, new):
    """The body with something else in one place, or (`new` is a pair of name and value) with a member more there."""
    if not path:
        more = isinstance(new, tuple) and isinstance(value, dict)
        return {**value, new[0]: new[1]} if more else new[1] if isinstance(new, tuple) else new
    first, *rest = path
    inner = changed(value[first], rest, new)
    if isinstance(value, dict):
        return {**value, first: inner}
    return [*value[:first], inner, *value[first + 1 :]]


@pytest.fixture
def targets(rehearsal):
    """Address, type, body and the places in it, of every type."""
    rehearsal.resource_group()
    return [
        (
            f"{rehearsal.group_id}/providers/{below}" if below else rehearsal.group_id,
            kind,
            body,
            list(places(body)),
        )
        for below, kind, body in bodies(rehearsal)
    ]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    which=st.integers(0, 10**6),
    where=st.integers(0, 10**6),
    junk=JSON | st.tuples(st.sampled_from(MEMBERS) | st.text(max_size=8), JSON),
    method=st.sampled_from(["PUT", "PATCH"]),
)
def test_no_body_ends_in_a_defect(send, targets, tally, which, where, junk, method):
    path, kind, body, found = targets[which % len(targets)]
    sent = changed(body, found[where % len(found)], junk)
    status, document = send(method, path, sent, VERSIONS[kind])
    code = document["error"]["code"] if status >= 400 else ""
    tally[kind, method, status, code] += 1
    if (
        code == LACKING
    ):  # what Azure has, and the rehearsal says that it has not: never for a body that is malformed
        assert status == 501
        assert "(Azure does)" in document["error"]["message"]
    else:
        assert status < 500, document


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"properties": []}, "properties"),
        ({"properties": {"containers": {}}}, "properties.containers"),
        ({"properties": {"containers": [7]}}, "properties.containers[0]"),
        ({"properties": {"containers": [None]}}, "properties.containers[0]"),
        ({"tags": []}, "tags"),
        ({"tags": {"a": {}}}, "tags.a"),
        ({"location": ["westeurope"]}, "location"),
        ({"locaton": "westeurope"}, "locaton"),
        ({"identity": "UserAssigned"}, "identity"),
    ],
)
def test_the_path_of_what_is_wrong_is_named(send, rehearsal, change, path):
    body = rehearsal.pulling_group() | change
    status, document = send("PUT", rehearsal.container_group_id(), body, "2023-05-01")
    assert (status, document["error"]["code"]) == (400, "InvalidRequestContent")
    assert f"Path '{path}'" in document["error"]["message"]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"a": NaN}',
        b'{"tags": {"a": "\\ud800"}}',
        b"\xff",
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b'{"a":' * 100_000,
        b"[" * 100_000,
    ],
    ids=lambda content: content[:12],
)
def test_what_is_no_object_is_refused(send, rehearsal, content):
    rehearsal.resource_group()
    status, document = send("PUT", rehearsal.container_group_id(), content, "2023-05-01")
    assert (status, document["error"]["code"]) == (400, "InvalidRequestContent")


def test_names_words_and_numbers_are_read_as_azure_reads_them(send, rehearsal):
    body = rehearsal.pulling_group()
    container = body["properties"]["containers"][0]["properties"]
    container["resources"] = {"Requests": {"CPU": "1.0", "memoryInGb": "1"}}
    container["ports"] = [{"Port": "5001", "protocol": "tcp"}]
    body["properties"] |= {"ostype": "linux", "RestartPolicy": "always"}
    del body["properties"]["osType"], body["properties"]["restartPolicy"]
    status, document = send("PUT", rehearsal.container_group_id(), body, "2023-05-01")
    assert status == 201, document
    found = document["properties"]
    assert (found["osType"], found["restartPolicy"]) == ("Linux", "Always")
    shown = found["containers"][0]["properties"]
    assert shown["resources"] == {"requests": {"cpu": 1.0, "memoryInGB": 1.0}}
    assert shown["ports"] == [{"port": 5001, "protocol": "TCP"}]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.type)
def test_every_type_has_the_version_that_azure_native_sends(kind):
    assert len(kind.api_versions) > 3
    if kind.native:
        assert kind.native.api_version in kind.api_versions


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_version_that_does_not_exist_is_refused_with_those_that_do(send, rehearsal, method):
    rehearsal.container_group()
    status, document = send(method, rehearsal.container_group_id(), {}, "2024-01-01")
    assert (status, document["error"]["code"]) == (400, "NoRegisteredProviderFound")
    assert "for type 'containerGroups'" in document["error"]["message"]
    assert "2023-05-01" in document["error"]["message"]
    status, document = send(method, rehearsal.group_id, {}, "2024-01-01")
    assert (status, document["error"]["code"]) == (400, "InvalidApiVersionParameter")
