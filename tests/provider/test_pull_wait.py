"""waitForPull: how long it waits, on a clock that the tests turn, and when it does not."""

from datetime import UTC, datetime, timedelta

import pytest

from slipway.cloud import role_delay
from slipway.cloud.errors import CloudError
from slipway.cloud.patience import Patience
from slipway.cloud.waits import VARIABLE
from slipway.provider import pull_wait
from slipway.registry.errors import UnreachableError

DIGEST = "sha256:" + "a" * 64
IDENTITY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/team-pull"


class Clock(Patience):
    """Notes how long it would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = []

    def wait(self, seconds, why, *, told=True):
        super().wait(0, why)
        self.waits.append(seconds)


class Registry:
    """Has one image, or raises."""

    def __init__(self):
        self.images, self.has, self.asked = self, True, 0

    def is_pushed(self, repository, digest):
        assert (repository, digest) == ("images/diabetes", DIGEST)
        self.asked += 1
        if isinstance(self.has, Exception):
            raise self.has
        return self.has


@pytest.fixture
def clock(monkeypatch):
    turned = Clock()
    monkeypatch.setattr(pull_wait, "PATIENCE", turned)
    return turned


@pytest.fixture
def registry(monkeypatch):
    one = Registry()
    monkeypatch.setattr(pull_wait, "shared_client", lambda server: one)
    return one


@pytest.fixture
def role(monkeypatch):
    """role(left): how many seconds a role may still take."""

    def set_left(left):
        def answer(identity):
            assert identity == IDENTITY
            if isinstance(left, Exception):
                raise left
            return left

        monkeypatch.setattr(pull_wait, "seconds_left", answer)

    set_left(600)
    return set_left


@pytest.fixture
def told(monkeypatch):
    words = {"info": [], "warning": []}
    for severity, those in words.items():
        monkeypatch.setattr(pull_wait.LOG, severity, those.append)
    return words


@pytest.fixture(autouse=True)
def usual(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def again(clock, registry, role, told):
    """again(attempts, waited): the answer to the engine."""

    def ask(attempts=1, waited=0.0):
        given = {
            "image": f"reg.azurecr.io/images/diabetes@{DIGEST}",
            "identity": IDENTITY,
            "attempts": attempts,
            "waited_seconds": waited,
            "resource": "urn:group",
        }
        return pull_wait.wait_for_pull(given)["again"]

    return ask


def test_it_waits_as_long_as_others_who_ask_azure_and_gives_up_after_ten_minutes(
    again, clock, told
):
    waited, attempts = 0.0, 1
    while again(attempts, waited):
        waited, attempts = waited + clock.waits[-1], attempts + 1
    assert clock.waits == [20, 60, 120, 120, 120, 120, 40]
    assert told["info"] == [
        "Azure does not let the identity team-pull pull from reg.azurecr.io yet: it can take up to 10 minutes until a "
        "new role counts; asking again in 20 s, for 600 s at most"
    ]
    (over,) = told["warning"]
    assert over.startswith(
        "Azure still does not let the identity team-pull pull from reg.azurecr.io, "
    )


def test_the_setting_for_waits_counts_here_too(again, clock, monkeypatch):
    monkeypatch.setenv(VARIABLE, "1,2")
    assert [again(attempts, 1.0) for attempts in (1, 2, 3)] == [True] * 3
    assert clock.waits == [1, 2, 2]


def test_who_wants_no_retries_gets_none(again, registry, monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    assert again() is False
    assert registry.asked == 0


def test_the_engines_own_limit_is_never_reached(again, monkeypatch):
    monkeypatch.setenv(VARIABLE, "0")
    assert again(99) is True
    assert again(100) is False


def test_a_role_that_is_older_than_the_delay_is_no_reason_to_wait(again, clock, role, told):
    role(0)
    assert again() is False
    role(-86400)
    assert again() is False
    assert (clock.waits, told["info"], told["warning"]) == ([], [], [])


def test_a_role_that_must_count_soon_is_waited_for_no_longer(again, clock, role):
    role(7.5)
    assert again() is True
    assert clock.waits == [7.5]


@pytest.mark.parametrize("unknown", [None, CloudError("AuthorizationFailed")])
def test_who_cannot_see_the_roles_can_wait_all_the_same(again, clock, role, unknown):
    role(unknown)
    assert again() is True
    assert again(8, 600.0) is False
    assert clock.waits == [20]


def test_an_image_that_is_not_there_is_not_waited_for(again, clock, registry, told):
    registry.has = False
    assert again() is False
    assert clock.waits == []
    assert told["warning"] == [
        f"The registry reg.azurecr.io does not have images/diabetes@{DIGEST}: check which image is meant. Waiting does "
        "not help."
    ]


def test_a_registry_that_cannot_be_asked_says_nothing_about_the_image(again, clock, registry):
    registry.has = UnreachableError("does not answer")
    assert again() is True
    assert clock.waits == [20]


def test_the_image_is_looked_for_once(again, registry):
    again(1)
    again(2, 20.0)
    assert registry.asked == 1


def test_the_user_ends_it(again, clock):
    clock.stop()
    assert again() is False


class Arm:
    """An ARM with one identity and its assignments."""

    def __init__(self, *ages):
        self.made = [datetime.now(UTC) - timedelta(seconds=age) for age in ages]

    def get(self, url, _version):
        return {"properties": {"principalId": "p"}} if url == IDENTITY else None

    def pages(self, url, _version, query):
        assert url == "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments"
        assert query == {"$filter": "principalId eq 'p'"}
        for one in self.made:
            # Azure's times have seven digits after the point.
            yield {"properties": {"createdOn": f"{one:%Y-%m-%dT%H:%M:%S.%f}1Z"}}


@pytest.mark.parametrize(
    ("ages", "left"), [([86400, 20], 580), ([86400], -85800), ([-5], 605)], ids=str
)
def test_the_youngest_role_decides(monkeypatch, ages, left):
    monkeypatch.setattr(role_delay, "ArmClient", lambda: Arm(*ages))
    assert role_delay.seconds_left(IDENTITY) == pytest.approx(left, abs=30)


def test_where_no_role_is_listed_nothing_is_known(monkeypatch):
    monkeypatch.setattr(role_delay, "ArmClient", lambda: Arm())
    assert role_delay.seconds_left(IDENTITY) is None
    assert role_delay.seconds_left("/subscriptions/s/gone") is None
