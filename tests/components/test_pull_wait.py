"""A container group that Azure does not let pull yet: when the engine should ask again."""

import asyncio
from types import SimpleNamespace

import pulumi
import pytest

from components import registry_login
from components.aci import pull_wait
from components.aci_service import AciService

GROUP = "azure-native:containerinstance:ContainerGroup"
REFUSED = 'Status=400 Code="InaccessibleImage" Message="The image is not accessible."'
IMAGE = "reg.azurecr.io/images/diabetes-image@sha256:" + "a" * 64


@pytest.fixture
def asked(monkeypatch):
    """What the provider was asked; its answers come from the end of `answers`."""
    found = SimpleNamespace(questions=[], answers=[True])

    async def wait_for_pull(args, _opts):
        found.questions.append(args)
        answer = found.answers[-1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(pull_wait, "wait_for_pull", wait_for_pull)
    return found


@pytest.fixture
def hook(azure_mocks, aci_arguments):
    run = azure_mocks(lambda: AciService("diabetes", aci_arguments()))
    (name,) = run.one(GROUP).options.hooks["on_error"]
    return run.hooks[name]


def failed(hook, *errors, operation="create"):
    """Whether the engine should ask again after these errors, the newest first."""
    failure = pulumi.ErrorHookArgs(
        "urn:group", "", "diabetes", GROUP, failed_operation=operation, errors=list(errors)
    )
    return asyncio.run(hook(failure))


@pytest.mark.parametrize("operation", ["create", "update"])
def test_what_may_not_pull_yet_is_asked_for_again(hook, asked, operation):
    assert failed(hook, REFUSED, operation=operation) is True
    (question,) = asked.questions
    assert (question.image, question.identity) == (IMAGE, "/identity")
    assert (question.resource, question.attempts) == ("urn:group", 1)
    assert question.waited_seconds == 0


def test_the_time_counts_from_the_first_refusal(hook, asked, monkeypatch):
    clock = iter([1000.0, 1020.0, 1080.0])
    monkeypatch.setattr(pull_wait, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    for times in (1, 2, 3):
        failed(hook, *[REFUSED] * times)
    assert [one.attempts for one in asked.questions] == [1, 2, 3]
    assert [one.waited_seconds for one in asked.questions] == [0, 20, 80]


@pytest.mark.parametrize(
    ("errors", "operation"),
    [
        (['Status=409 Code="Conflict"'], "create"),
        (['Status=400 Code="InvalidContainerGroupUpdate"', REFUSED], "update"),
        ([REFUSED], "delete"),
    ],
)
def test_other_failures_are_left_to_the_engine(hook, asked, errors, operation):
    assert failed(hook, *errors, operation=operation) is False
    assert asked.questions == []


def test_where_waiting_does_not_help_azures_error_stands(hook, asked):
    asked.answers += [False]
    assert failed(hook, REFUSED) is False


def test_a_provider_that_refuses_does_not_hide_azures_error(hook, asked, monkeypatch):
    told = []
    monkeypatch.setattr(pull_wait.pulumi.log, "warn", told.append)
    asked.answers += [pulumi.RunError("SLIPWAY_RETRY_SECONDS must be seconds.")]
    assert failed(hook, REFUSED) is False
    assert told == ["SLIPWAY_RETRY_SECONDS must be seconds."]


def test_a_preview_has_no_hook(azure_mocks, aci_arguments):
    run = azure_mocks(lambda: AciService("diabetes", aci_arguments()), preview=True)
    assert run.one(GROUP).options.hooks == {}
    assert run.hooks == {}


@pytest.mark.parametrize(("built_here", "hooks"), [(False, 2), (True, 4)])
def test_services_of_one_name_below_two_parents_have_hooks_of_their_own(
    azure_mocks, aci_arguments, tmp_path, monkeypatch, built_here, hooks
):
    """One of the group, and one of the start check of an image that is built here."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry_login, "refresh_token", lambda _: "token")

    def program():
        for kind in ("One", "Other"):
            parent = pulumi.ComponentResource(f"test:index:{kind}", "parent")
            given = aci_arguments(built_here=built_here)
            AciService("diabetes", given, pulumi.ResourceOptions(parent=parent))

    assert len(azure_mocks(program).hooks) == hooks
