"""WorkspaceGuard: a workspace that others use is not destroyed."""

from threading import Event

import pytest

from slipway.project import uses
from slipway.project.uses import Place
from slipway.provider import workspace_guard
from slipway.provider.errors import Refused
from slipway.provider.handlers import HANDLERS
from slipway.resources.workspace_guard import TYPE

STATE = {"login_server": "acme.azurecr.io", "stack": "platform", "refuse": True}


@pytest.fixture
def found(monkeypatch):
    """What a search finds; notes what was asked."""
    places = []

    def search(wanted, but):
        assert (wanted.login_server, but) == ("acme.azurecr.io", "platform")
        return iter(places)

    monkeypatch.setattr(uses, "PLACES", {"stacks": search})
    return places


@pytest.fixture
def warnings(monkeypatch):
    told = []
    monkeypatch.setattr(workspace_guard.LOG, "warning", told.append)
    return told


def delete(**changes):
    HANDLERS[TYPE](Event()).delete({**STATE, **changes})


def test_users_are_named_with_what_was_searched_and_the_way_out(found, warnings):
    found += [
        Place("the stack dev", ["the stack dev (ImageLookup diabetes)"]),
        Place("the stack prod", unsearched="it cannot be read"),
        Place("the container groups of the subscription"),
    ]
    with pytest.raises(Refused) as told:
        delete()
    assert str(told.value).splitlines()[:4] == [
        "The registry acme.azurecr.io of this workspace is in use: nothing of the workspace was destroyed. "
        "Services that this stack runs itself are gone before: `pulumi up --stack platform` brings them back.",
        "  used by the stack dev (ImageLookup diabetes)",
        "  searched: the stack dev, the container groups of the subscription",
        "  not searched: the stack prod (it cannot be read)",
    ]
    for command in ("config set", "up"):
        assert f"`pulumi {command} --stack platform" in str(told.value)
    assert "slipway:workspace.refuseWhileUsed false" in str(told.value)
    assert warnings == []


def test_a_place_that_cannot_be_searched_is_told_and_no_reason_to_refuse(found, warnings):
    found += [
        Place("the stacks of this folder's project", unsearched="there is no Pulumi.yaml here")
    ]
    delete()
    assert "not every place could be searched" in warnings[0]
    assert "there is no Pulumi.yaml here" in warnings[0]


def test_nobody_is_no_reason_for_words(found, warnings):
    found += [Place("the container groups of the subscription")]
    delete()
    assert warnings == []


def test_it_can_be_told_not_to_refuse(found):
    found += [Place("the stack dev", ["the stack dev"])]
    delete(refuse=False)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("acme.azurecr.io", True),
        ("acme.azurecr.io/images/diabetes@sha256:1", True),
        ("acme.azurecr.io.example.net/x", False),
        ("other.azurecr.io/images/diabetes@sha256:1", False),
        ("see acme.azurecr.io", False),
    ],
)
def test_a_registry_is_used_by_what_names_it_or_something_in_it(text, named):
    registry = uses.Registry("acme.azurecr.io")
    assert registry.is_named_by(text) is named
    stack = {"type": "pulumi:pulumi:Stack", "outputs": {"workspace": {"loginServer": text}}}
    assert registry.is_known_to(stack) is named


def test_another_registry_is_another_guard_and_all_else_is_changed_in_place(provider_process):
    """So that the engine deletes it, which asks it, before it replaces the registry."""
    olds = {"loginServer": "a.azurecr.io", "stack": "platform", "refuse": True}
    made = provider_process.create(TYPE, olds)
    for changes in ({"refuse": False}, {"stack": "renamed"}):
        assert provider_process.diff(TYPE, made, {**olds, **changes}) == (True, [])
    other = {**olds, "loginServer": "b.azurecr.io"}
    assert provider_process.diff(TYPE, made, other) == (True, ["loginServer"])
    assert provider_process.diff(TYPE, made, olds) == (False, [])


def test_a_stack_that_was_renamed_is_not_its_own_user(monkeypatch):
    registry = {"loginServer": "acme.azurecr.io"}
    guard = {"type": TYPE, "urn": "urn::guard", "outputs": registry}
    lookup = {"type": "slipway:index:ImageLookup", "urn": "urn::diabetes", "outputs": registry}
    states = {"renamed": [guard, lookup], "dev": [lookup]}

    class Found:
        def __init__(self, name, _cwd=None):
            self.short = self.shown = name

        def of_project(self):
            return [Found(name) for name in states]

        def export(self):
            return {"deployment": {"resources": states[self.short]}}

    monkeypatch.setattr(uses, "Stack", Found)
    monkeypatch.setattr(uses, "PLACES", {"stacks": uses.of_stacks})
    found = uses.uses_of(uses.Registry("acme.azurecr.io"), but="platform")
    assert found.users == ["the stack dev (ImageLookup diabetes)"]
    assert [place.title for place in found.places] == ["the stack renamed", "the stack dev"]
