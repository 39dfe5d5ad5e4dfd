import types

import dill
import pytest

from components.dynamic import smoke_test
from components.dynamic.container_watch import ContainerWatch, _verdict
from components.dynamic.smoke_test import SmokeTestProvider
from components.smoke_request import Answer, SmokeTestError

PROPS = {
    "scoring_uri": "http://service.example:5001/score",
    "body": '{"data": []}',
    "key": "planted-key",
    "connect_to": None,
    "authority": None,
    "deadline_seconds": 9.0,
    "resource_group": "rg",
    "container_group": "diabetes",
    "container": "scoring",
    "trigger": "a",
}


@pytest.fixture
def asked(monkeypatch):
    requests = []

    def answer(request, *, deadline_seconds, gave_up):
        requests.append((request, deadline_seconds))
        return Answer(200, "[1]")

    monkeypatch.setattr(smoke_test, "until_answered", answer)
    return requests


def test_asks_on_create_and_update(asked):
    provider = SmokeTestProvider()
    created = provider.create(dict(PROPS)).outs
    provider.update("id", created, PROPS | {"trigger": "b"})
    assert [request.uri for request, _ in asked] == [PROPS["scoring_uri"]] * 2
    assert asked[0][0].key == "planted-key"
    assert asked[0][1] == 9.0
    assert created["status"] == 200


def test_keeps_no_key(asked):
    assert "planted-key" not in str(SmokeTestProvider().create(dict(PROPS)).outs)


def test_asks_again_only_when_something_changed(asked):
    provider = SmokeTestProvider()
    created = provider.create(dict(PROPS)).outs
    assert provider.diff("id", created, PROPS).changes is False
    assert provider.diff("id", created, PROPS | {"key": "rotated"}).changes is False
    for change in ({"trigger": "b"}, {"body": None}, {"deadline_seconds": 10.0}):
        assert provider.diff("id", created, PROPS | change).changes is True


def test_a_failure_shows_the_containers_log(monkeypatch):
    def refuse(*_, **__):
        raise SmokeTestError("it was answered with status 500: no")

    monkeypatch.setattr(smoke_test, "until_answered", refuse)
    monkeypatch.setattr(ContainerWatch, "log", lambda *_: "Traceback: model is broken")
    with pytest.raises(SmokeTestError) as failure:
        SmokeTestProvider().create(dict(PROPS))
    assert str(failure.value) == (
        "it was answered with status 500: no\nThe container's log ends with:\n"
        "Traceback: model is broken"
    )


def view(state, *, code=None, restarts=0, before=None):
    current = types.SimpleNamespace(state=state, exit_code=code)
    previous = types.SimpleNamespace(state="Terminated", exit_code=before) if before else None
    return types.SimpleNamespace(
        current_state=current, previous_state=previous, restart_count=restarts
    )


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (view("Running", before=3, restarts=9), None),
        (view("Waiting"), None),
        (view("Terminated", code=1, restarts=1), None),
        (view("Terminated", code=3), "init() of the entry script failed (exit code 3)"),
        (view("Waiting", before=3), "init() of the entry script failed (exit code 3)"),
        (
            view("Waiting", before=137, restarts=2),
            "its container was restarted 2 times (exit code 137)",
        ),
    ],
)
def test_when_waiting_is_of_no_use(seen, said):
    assert _verdict(seen) == said


def test_the_state_holds_a_reference_and_no_code():
    assert len(dill.dumps(SmokeTestProvider(), recurse=True)) < 300
