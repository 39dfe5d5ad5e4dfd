import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
import pytest

from pytest_pulumi.wire import UNKNOWN, Secret
from slipway.provider import smoke_test, steady_container
from slipway.provider.container_watch import ContainerWatch, _verdict
from slipway.provider.errors import SmokeTestError
from slipway.provider.smoke_request import Answer
from slipway.provider.smoke_test import SmokeTestHandler

SMOKE = "slipway:index:SmokeTest"
PROPS = {
    "scoringUri": "http://service.example:5001/score",
    "body": '{"data": []}',
    "key": Secret("planted-key"),
    "deadlineSeconds": 9,
    "resourceGroup": "rg",
    "containerGroup": "diabetes",
    "container": "scoring",
    "trigger": "a",
}
INPUTS = {
    "scoring_uri": "http://service.example:5001/score",
    "key": "planted-key",
    "deadline_seconds": 9,
    "resource_group": "rg",
    "container_group": "diabetes",
    "container": "scoring",
    "trigger": "a",
}


class Service:
    """Answers with what the test says, once as many ask at the same time as the test waits for."""

    def __init__(self, status=200, together=1):
        self.asked = threading.Event()
        gate, asked = threading.Barrier(together), self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked.set()
                self.rfile.read(int(self.headers["Content-Length"]))
                gate.wait(timeout=20)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"[1]")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.uri = f"http://127.0.0.1:{self.server.server_port}/score"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def serve():
    running = []

    def start(**how):
        running.append(Service(**how))
        return running[-1]

    yield start
    for each in running:
        each.server.shutdown()
        each.server.server_close()


def checked(process, **changes):
    inputs, failures = process.check(SMOKE, {**PROPS, **changes})
    assert failures == {}
    return inputs


def test_asks_on_create_and_update_and_keeps_no_key(provider_process, serve):
    inputs = checked(provider_process, scoringUri=serve().uri)
    created = provider_process.create(SMOKE, inputs)
    assert created["status"] == 200
    assert "key" not in created
    news = inputs | {"trigger": "b"}
    assert provider_process.update(SMOKE, created, news)["trigger"] == "b"


def test_a_preview_asks_nothing(provider_process):
    outputs = provider_process.create(SMOKE, checked(provider_process), preview=True)
    assert outputs["status"] is UNKNOWN
    assert "key" not in outputs


def test_asks_again_only_when_something_changed(provider_process, serve):
    inputs = checked(provider_process, scoringUri=serve().uri)
    created = provider_process.create(SMOKE, inputs)
    assert provider_process.read(SMOKE, created) == ("id", created)
    for same in ({}, {"key": Secret("rotated")}):
        assert provider_process.diff(SMOKE, created, inputs | same) == (False, [])
    for change in ({"trigger": "b"}, {"body": "[]"}, {"deadlineSeconds": 10}):
        assert provider_process.diff(SMOKE, created, inputs | change) == (True, [])


def test_services_are_asked_at_the_same_time(provider_process, serve):
    """Each of them answers only once all have been asked."""
    inputs = checked(provider_process, scoringUri=serve(together=12).uri)
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda _: provider_process.create(SMOKE, inputs), range(12)))
    assert [answer["status"] for answer in answers] == [200] * 12


def test_a_wait_ends_at_once_when_the_user_cancels(start_provider, serve):
    service = serve(together=2)  # a second request never comes, so the first is never answered
    with start_provider() as process, ThreadPoolExecutor(1) as threads:
        inputs = checked(process, scoringUri=service.uri, deadlineSeconds=300)
        waiting = threads.submit(process.create, SMOKE, inputs)
        assert service.asked.wait(20)
        began = time.monotonic()
        process.cancel()
        with pytest.raises(grpc.RpcError) as told:
            waiting.result(timeout=20)
        assert time.monotonic() - began < 5
        assert "the update was cancelled" in told.value.details()
        with pytest.raises(grpc.RpcError):
            process.create(SMOKE, inputs)


def test_a_failure_is_a_sentence_with_the_containers_log(monkeypatch):
    def refuse(*_, **__):
        raise SmokeTestError("it was answered with status 500: no")

    monkeypatch.setattr(smoke_test, "until_answered", refuse)
    monkeypatch.setattr(
        ContainerWatch, "log", lambda *_: "Traceback: model is broken with planted-key"
    )
    with pytest.raises(SmokeTestError) as failure:
        SmokeTestHandler(threading.Event()).create("smoke", INPUTS)
    assert str(failure.value).splitlines()[:-1] == [
        "it was answered with status 500: no",
        "The container's log ends with:",
        "Traceback: model is broken with ***",
    ]


def test_of_a_loud_log_the_long_lines_are_cut(monkeypatch):
    def refuse(*_, **__):
        raise SmokeTestError("no")

    monkeypatch.setattr(smoke_test, "until_answered", refuse)
    loud = f"\ufffd\x00\x1b[31m odd\n{'x' * 6_000_000}\nValueError: x"
    monkeypatch.setattr(ContainerWatch, "log", lambda *_: loud)
    with pytest.raises(SmokeTestError) as failure:
        SmokeTestHandler(threading.Event()).create("smoke", INPUTS)
    assert str(failure.value).splitlines()[2:-1] == [
        "\ufffd\\x00\\x1b[31m odd",
        f"{'x' * 2000}… (5,998,000 more characters)",
        "ValueError: x",
    ]


def test_a_service_that_is_no_container_group_is_known_by_its_answer_alone(monkeypatch):
    def refuse(*_, gave_up, **__):
        assert gave_up() is None
        raise SmokeTestError("it was answered with status 500: no")

    monkeypatch.setattr(smoke_test, "until_answered", refuse)
    monkeypatch.setattr(ContainerWatch, "log", lambda *_: pytest.fail("there is none"))
    inputs = {name: INPUTS[name] for name in ("scoring_uri", "trigger", "deadline_seconds")}
    with pytest.raises(SmokeTestError) as failure:
        SmokeTestHandler(threading.Event()).create("smoke", inputs)
    first, last = str(failure.value).splitlines()
    assert first == "it was answered with status 500: no"
    assert last.startswith("To go back")


SETTING = "slipway:services.diabetes.image"


@pytest.mark.parametrize(
    ("state", "more", "line"),
    [
        (
            {"image": "diabetes-image:7"},
            {"image_setting": SETTING},
            f"To go back: pulumi config set --path {SETTING} diabetes-image:7 && pulumi up",
        ),
        (
            {"image": "diabetes-image:7"},
            {"image_setting": SETTING, "stack": "prod"},
            f"To go back: pulumi config set --stack prod --path {SETTING} diabetes-image:7 && pulumi up --stack prod",
        ),
        (
            {"image": "diabetes-image:7"},
            {},
            "To go back, give the service diabetes-image:7 as its image, then run `pulumi up`.",
        ),
        (
            {"image": "diabetes-image:8"},
            {"image_setting": SETTING},
            "diabetes-image:8 answered before: undo what else was changed, then run `pulumi up`.",
        ),
        (
            {},
            {"image_setting": SETTING},
            "To go back: `slipway images list` shows the images that there are; "
            f"`pulumi config set --path {SETTING} NAME:VERSION`, then `pulumi up`.",
        ),
    ],
)
def test_a_failures_last_line_is_the_way_back(monkeypatch, state, more, line):
    def refuse(*_, **__):
        raise SmokeTestError("no")

    monkeypatch.setattr(smoke_test, "until_answered", refuse)
    monkeypatch.setattr(ContainerWatch, "log", lambda *_: "")
    with pytest.raises(SmokeTestError) as failure:
        SmokeTestHandler(threading.Event()).update(
            state, INPUTS | {"image": "diabetes-image:8"} | more
        )
    assert str(failure.value).splitlines()[-1] == line


class Seen:
    """A container as Azure shows it, look by look; the last look stays."""

    def __init__(self, monkeypatch, *looks, log="planted traceback"):
        looks = list(looks)
        monkeypatch.setattr(steady_container, "_PAUSE_SECONDS", 0.001)
        monkeypatch.setattr(steady_container, "_STEADY_SECONDS", 0.05)
        monkeypatch.setattr(
            ContainerWatch, "_view", lambda _: looks.pop(0) if len(looks) > 1 else looks[0]
        )
        monkeypatch.setattr(ContainerWatch, "log", lambda *_: log)


def watched(**more):
    inputs = INPUTS | {"watched_only": True, "scoring_uri": "http://10.0.0.4:5001/score"} | more
    return SmokeTestHandler(threading.Event()).update({}, inputs)


def test_a_service_that_cannot_be_reached_is_watched_instead(monkeypatch):
    Seen(monkeypatch, None, view("Waiting"), view("Running"))
    assert watched()["status"] == 0


def test_a_watched_container_that_dies_fails_with_its_log(monkeypatch):
    Seen(monkeypatch, view("Running"), view("Running"), view("Waiting", before=3, restarts=1))
    with pytest.raises(SmokeTestError) as failure:
        watched()
    first, *_, log, last = str(failure.value).splitlines()
    assert first == "diabetes does not stay up: init() of the entry script failed (exit code 3)"
    assert log == "planted traceback"
    assert last.startswith("To go back")


def test_a_watched_container_that_starts_over_and_over_is_no_steady_one(monkeypatch):
    runs = [view("Running", restarts=each) for each in range(400)]
    Seen(monkeypatch, *runs)
    with pytest.raises(SmokeTestError, match=r"did not run for 0\.05 s at a stretch within 0\.1 s"):
        watched(deadline_seconds=0.1)


def test_a_refused_request_is_told_without_a_traceback(provider_process, serve):
    inputs = checked(provider_process, scoringUri=serve(status=500).uri)
    with pytest.raises(grpc.RpcError) as told:
        provider_process.create(SMOKE, inputs)
    assert told.value.details().startswith(f"the smoke request to {inputs['scoringUri']} was")
    assert "Traceback" not in told.value.details()
    assert "planted-key" not in told.value.details()


def test_what_is_asked_is_what_was_given(monkeypatch):
    asked = []

    def answer(request, **how):
        asked.append((request, how["deadline_seconds"]))
        return Answer(200, "[1]")

    monkeypatch.setattr(smoke_test, "until_answered", answer)
    SmokeTestHandler(threading.Event()).create("smoke", INPUTS)
    ((request, deadline),) = asked
    assert (request.uri, request.key, request.body) == (
        INPUTS["scoring_uri"],
        "planted-key",
        None,
    )
    assert deadline == 9


def test_a_smoke_test_cannot_be_imported(provider_process):
    with pytest.raises(grpc.RpcError) as told:
        provider_process.import_(SMOKE, "smoke")
    assert told.value.details().startswith("A SmokeTest cannot be imported:")


def view(state, *, code=None, restarts=0, before=None, events=()):
    current = types.SimpleNamespace(state=state, exit_code=code)
    previous = types.SimpleNamespace(state="Terminated", exit_code=before) if before else None
    return types.SimpleNamespace(
        current_state=current,
        previous_state=previous,
        restart_count=restarts,
        events=[types.SimpleNamespace(message=message) for message in events],
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
        (
            view("Waiting", before=137, restarts=2, events=["Started", "Liveness probe failed"]),
            "its container was restarted 2 times (exit code 137), as its health check failed: where init() needs "
            "longer than the service's startupSeconds, increase these",
        ),
    ],
)
def test_when_waiting_is_of_no_use(seen, said):
    assert _verdict(seen) == said


def test_an_address_that_a_preview_does_not_know_is_no_news(provider_process, serve):
    inputs = checked(provider_process, scoringUri=serve().uri)
    created = provider_process.create(SMOKE, inputs)
    moved = provider_process.full_diff(
        SMOKE, created, inputs | {"scoringUri": UNKNOWN, "trigger": "b"}
    )
    assert list(moved.diffs) == ["trigger"]
    unknown = {"scoringUri": UNKNOWN, "connectTo": UNKNOWN, "trigger": UNKNOWN}
    assert list(provider_process.full_diff(SMOKE, created, inputs | unknown).diffs) == ["trigger"]
    address = provider_process.full_diff(SMOKE, created, inputs | {"scoringUri": UNKNOWN})
    assert list(address.diffs) == ["scoringUri"]


def test_the_answer_must_be_the_expected_one(provider_process, serve):
    uri = serve().uri  # answers [1]
    near = checked(provider_process, scoringUri=uri, expected="[1.2]", tolerance=0.25)
    assert provider_process.create(SMOKE, near)["status"] == 200
    with pytest.raises(grpc.RpcError) as told:
        provider_process.create(SMOKE, checked(provider_process, scoringUri=uri, expected="[2]"))
    assert told.value.details().startswith(
        f"the smoke request to {uri} was answered otherwise than expected: [0] is 1, and not 2; the answer "
        "begins with [1]"
    )
