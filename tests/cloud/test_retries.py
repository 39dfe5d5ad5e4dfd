"""Throttled and failing requests are asked again, at the vendor's pace, on a clock that the tests turn."""

import threading
import time

import pytest
from azure.core import PipelineClient
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.transport import HttpTransport
from azure.core.rest import HttpRequest

from slipway.cloud import retries
from slipway.cloud.errors import CloudError
from slipway.cloud.patience import Patience, StoppedError
from slipway.cloud.retries import Retries
from slipway.cloud.waits import VARIABLE

URL = "https://management.azure.com/subscriptions/s?secret=hidden"


class Clock(Patience):
    """Notes how long it would have waited, and why."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []
        self.told: list[str] = []
        self.tell = self.told.append

    def wait(self, seconds, why, *, told=True):
        self.waits.append(seconds)
        if told:
            self.tell(why)


class Answer:
    """As much of a response as a pipeline looks at."""

    def __init__(self, request, status, headers):
        self.request, self.status_code, self.headers = request, status, headers
        self.reason, self.content_type = "", "application/json"


class Server(HttpTransport):
    """Answers with one status after the other; an exception is raised."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)

    def send(self, request, **_):
        status, *headers = self.answers.pop(0)
        if not isinstance(status, int):
            raise status("nobody listens")
        return Answer(request, status, headers[0] if headers else {})

    def open(self):
        """Nothing to do."""

    def close(self):
        """Nothing to do."""

    def __exit__(self, *_):
        """Nothing to do."""


@pytest.fixture
def clock(monkeypatch):
    turned = Clock()
    monkeypatch.setattr(retries, "PATIENCE", turned)
    return turned


def asked(*answers, method="GET", policy=None):
    client = PipelineClient(URL, policies=[policy or Retries()], transport=Server(*answers))
    return client.send_request(HttpRequest(method, URL)).status_code


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_fails_for_a_while_is_asked_again_at_the_vendors_pace(clock, status):
    assert asked((status,), (status,), (status,), (200,)) == 200
    assert clock.waits == [20, 60, 120]


def test_after_that_the_answer_is_what_it_is(clock):
    assert asked((503,), (503,), (503,), (503,), (200,)) == 503
    assert clock.waits == [20, 60, 120]


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_what_was_throttled_is_asked_again_whatever_it_is(clock, method):
    assert asked((429,), (200,), method=method) == 200


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_a_refusal_is_taken_at_its_word(clock, status):
    assert asked((status,), (200,)) == status
    assert clock.waits == []


def test_the_server_may_say_how_long(clock):
    assert asked((429, {"Retry-After": "7"}), (503,), (200,)) == 200
    assert clock.waits == [7, 60]


def test_who_watches_is_told_why_and_no_secret(clock):
    asked((503,), (200,))
    assert clock.told == [
        "management.azure.com answered GET /subscriptions/s with 503 Service Unavailable"
    ]


def test_nobody_there_is_told_within_seconds(clock):
    refused = (ServiceRequestError,)
    with pytest.raises(ServiceRequestError):
        asked(*[refused] * 5)
    assert sum(clock.waits) < 5


def test_the_waits_can_be_set(clock, monkeypatch):
    monkeypatch.setenv(VARIABLE, "1, 2")
    assert asked((503,), (503,), (503,)) == 503
    assert clock.waits == [1, 2]
    monkeypatch.setenv(VARIABLE, "")
    assert asked((503,)) == 503


@pytest.mark.parametrize("given", ["soon", "-1", "1,,x", "nan", "inf"])
def test_waits_that_are_none_are_refused(monkeypatch, given):
    monkeypatch.setenv(VARIABLE, given)
    with pytest.raises(CloudError, match=VARIABLE):
        Retries()


def test_a_wait_ends_at_once_when_the_user_stops_it(monkeypatch):
    patience = Patience()
    monkeypatch.setattr(retries, "PATIENCE", patience)
    waits = threading.Event()
    patience.tell = lambda _: waits.set()
    ended = []

    def ask():
        try:
            asked((503,), (200,))
        except StoppedError as error:
            ended.append(str(error))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    assert waits.wait(10)
    begun = time.monotonic()
    patience.stop()
    thread.join(10)
    assert time.monotonic() - begun < 10
    assert "503 Service Unavailable" in ended[0]
    assert "\n" not in ended[0]


def test_nothing_is_waited_for_after_that():
    patience = Patience()
    patience.stop()
    with pytest.raises(StoppedError):
        patience.wait(1000, "it")


def test_who_has_a_deadline_of_its_own_does_not_wait(clock):
    assert asked((503,), (200,), policy=Retries(waits=())) == 503
    assert asked((429, {"Retry-After": "100"}), (200,), policy=Retries(waits=())) == 429
    assert clock.waits == []
