"""What a path means: exactly a resource, a collection or a known action; nothing is changed by any other."""

from contextlib import suppress
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rehearsal.core.errors import ArmError
from rehearsal.doors.arm_http.requests import Asked, answer

WRITING = ("PUT", "PATCH", "DELETE", "POST")
ACI = "/providers/Microsoft.ContainerInstance/containerGroups"
WORDS = st.sampled_from(
    [
        "subscriptions", "resourceGroups", "resourcegroups", "providers", "rg", "website", "webreg",
        "Microsoft.ContainerInstance", "containerGroups", "containers", "app", "logs", "restart",
        "Microsoft.ContainerRegistry", "registries", "Microsoft.Authorization", "roleAssignments",
        "Microsoft.Resources", "net", "Microsoft.Network", "virtualNetworks", "subnets", "..", ".", "",
        "%2e%2e", "rg%2Fproviders", "a%00b", "listCredentials", "x y", "%5c",
    ]
)  # fmt: skip  # a word a line would be thirty lines


@pytest.fixture
def ask(rehearsal):
    """A request of the rehearsal's own user; the answer's status."""
    rehearsal.container_group()

    def run(method, path, body=b'{"location": "westeurope"}'):
        asked = Asked(
            method=method,
            path=path,
            query={"api-version": "2023-05-01"},
            headers={},
            body=body,
            base_url="https://localhost:1",
        )
        try:
            return answer(asked, rehearsal.arm, rehearsal.world.tokens.user).status
        except ArmError as refusal:
            return refusal.status

    return run


def ids_of(rehearsal):
    return {one.id.text for one in rehearsal.world.store.list()}


@pytest.mark.parametrize("method", WRITING)
@pytest.mark.parametrize(
    "path",
    [
        ACI,
        ACI + "/",
        "/providers/Microsoft.ContainerRegistry/registries",
        "/providers/Microsoft.Network/virtualNetworks/net/subnets",
        "/providers/Microsoft.Authorization/roleAssignments",
    ],
)
def test_a_collection_is_never_written(ask, rehearsal, method, path):
    before = ids_of(rehearsal)
    assert ask(method, rehearsal.group_id + path) == 405
    assert ids_of(rehearsal) == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", ACI + "/website/restart", 405),
        ("POST", ACI + "/website/containers/app/logs", 405),
        ("POST", ACI + "/website", 405),
        ("DELETE", ACI + "/website/restart", 405),
        ("DELETE", ACI + "/website/containers/app", 404),
        ("DELETE", ACI + "/website/containers/app/logs", 405),
        ("POST", ACI + "/website/dance", 404),
        ("DELETE", "/providers", 400),
        ("DELETE", "/providers/Microsoft.ContainerInstance", 400),
        ("DELETE", "/providers/Microsoft.Toys/trains", 404),
        ("PUT", "/providers/Microsoft.Toys/trains/tom", 404),
        ("DELETE", "/%2E%2E/rg", 400),
        ("DELETE", "/anything", 400),
        ("POST", ACI + "/website/RESTART", 204),
        ("GET", ACI + "/website/Containers/app/LOGS", 200),
    ],
)
def test_what_is_no_known_action_is_refused(ask, rehearsal, method, path, status):
    before = ids_of(rehearsal)
    assert ask(method, rehearsal.group_id + path) == status
    assert ids_of(rehearsal) == before


@pytest.mark.parametrize("scope", ["", "/resourceGroups/rg/providers/A.B/c/d", "/garbage"])
def test_a_type_that_extends_nothing_is_in_a_resource_group(ask, rehearsal, scope):
    assert ask("PUT", f"{rehearsal.subscription}{scope}{ACI}/other") == 404


class Recorder:
    """An ARM core that does nothing but note what it was asked to change."""

    def __init__(self, arm) -> None:
        self.world, self.kind, self.kind_of = arm.world, arm.kind, arm.kind_of
        self.types = arm.types
        self.asked, self.acted = [], []

    def delete(self, resource_id, *_):
        self.asked.append(resource_id)
        return True

    def patch(self, resource_id, *_):
        self.asked.append(resource_id)
        return {}

    def begin_put(self, resource_id, *_, **__):
        self.asked.append(resource_id)
        raise ArmError(400, "Enough", "it is noted")

    def action(self, resource_id, name, *_):
        self.acted.append(f"{resource_id}/{name}")
        return {}


PARTS = [
    f"resourceGroups/rg{rest}".split("/")
    for rest in (
        "",
        ACI + "/website",
        ACI + "/website/restart",
        ACI + "/website/containers/app/logs",
        "/providers/Microsoft.Network/virtualNetworks/net/subnets/aci",
        ACI + "/website/providers/Microsoft.Authorization/roleAssignments/one",
    )
]


@st.composite
def paths(draw):
    """An address that has a meaning, changed in up to three places."""
    parts = list(draw(st.sampled_from(PARTS)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(parts)))
        match draw(st.sampled_from(["drop", "add", "change"])):
            case "drop":
                del parts[at : at + 1]
            case "add":
                parts.insert(at, draw(WORDS))
            case _:
                parts[at : at + 1] = [draw(WORDS)]
    return "/".join(parts)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=paths(), method=st.sampled_from(WRITING))
def test_only_what_is_named_in_full_is_changed(rehearsal, path, method):
    """Whatever is not exactly a resource or a known action is refused."""
    arm, named = Recorder(rehearsal.arm), f"{rehearsal.subscription}/{path}"
    asked = Asked(
        method=method,
        path=named,
        query={"api-version": "2023-05-01"},
        headers={},
        body=b"{}",
        base_url="",
    )
    with suppress(ArmError):
        answer(asked, arm, rehearsal.world.tokens.user)
    noted = arm.acted if method == "POST" else arm.asked
    assert noted == arm.asked + arm.acted
    assert all(changed.lower() == unquote(named).rstrip("/").lower() for changed in noted)
