import re

import grpc
import pytest

from pytest_pulumi.wire import UNKNOWN, Secret
from slipway.provider.service_keys import _new_key

KEYS = "slipway:index:ServiceKeys"


@pytest.fixture
def wanted(provider_process):
    def check(**given):
        inputs, failures = provider_process.check(KEYS, given)
        assert failures == {}
        return inputs

    return check


@pytest.fixture
def made(provider_process, wanted):
    return provider_process.create(KEYS, wanted())


def test_keys_are_long_different_and_secret(made):
    primary, secondary = made["primaryKey"], made["secondaryKey"]
    assert isinstance(primary, Secret)
    assert isinstance(secondary, Secret)
    for key in (primary, secondary):
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", key.value)
    assert primary != secondary


def test_no_key_begins_as_an_option_does(monkeypatch):
    made = iter(["-abc", "-", "abc-"])
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: next(made))
    assert _new_key() == "abc-"


def test_generations_begin_at_one(made):
    assert (made["primaryGeneration"], made["secondaryGeneration"]) == (1, 1)


def test_a_preview_knows_no_key_but_that_it_is_secret(provider_process, wanted):
    outputs = provider_process.create(KEYS, wanted(), preview=True)
    assert outputs["primaryKey"] == Secret(UNKNOWN)


def test_nothing_changes_by_itself(provider_process, made, wanted):
    assert provider_process.diff(KEYS, made, wanted()) == (False, [])
    assert provider_process.read(KEYS, made) == ("id", made)


def test_a_new_generation_renews_that_key_only(provider_process, made, wanted):
    news = wanted(primaryGeneration=2)
    assert provider_process.diff(KEYS, made, news) == (True, [])
    foreseen = provider_process.update(KEYS, made, news, preview=True)
    assert foreseen["primaryKey"] == Secret(UNKNOWN)
    assert foreseen["secondaryKey"] == made["secondaryKey"]
    renewed = provider_process.update(KEYS, made, news)
    assert isinstance(renewed["primaryKey"], Secret)
    assert renewed["primaryKey"] != made["primaryKey"]
    assert renewed["secondaryKey"] == made["secondaryKey"]
    assert provider_process.diff(KEYS, renewed, news) == (False, [])


def test_a_key_that_was_lost_is_regenerated(provider_process, made, wanted):
    assert provider_process.diff(KEYS, made | {"primaryKey": Secret("")}, wanted()) == (True, [])


def test_a_generation_must_be_a_whole_number(provider_process):
    _, failures = provider_process.check(KEYS, {"primaryGeneration": 1.5})
    assert failures == {"primaryGeneration": "primaryGeneration must be a whole number, got 1.5."}


def test_keys_cannot_be_imported(provider_process):
    with pytest.raises(grpc.RpcError) as told:
        provider_process.import_(KEYS, "keys")
    assert told.value.details().startswith("ServiceKeys cannot be imported:")
