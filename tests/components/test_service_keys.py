import re

import dill
import pytest

from components.dynamic.service_keys import ServiceKeysProvider

WANTED = {"primary_generation": 1.0, "secondary_generation": 1.0}


@pytest.fixture
def made():
    return ServiceKeysProvider().create(WANTED).outs


def test_keys_are_long_and_different(made):
    for key in ("primary_key", "secondary_key"):
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", made[key])
    assert made["primary_key"] != made["secondary_key"]


def test_numbers_are_whole(made):
    assert made["primary_generation"] == 1
    assert isinstance(made["primary_generation"], int)


def test_nothing_changes_by_itself(made):
    assert ServiceKeysProvider().diff("id", made, WANTED).changes is False


def test_a_new_generation_renews_that_key_only(made):
    provider, wanted = ServiceKeysProvider(), WANTED | {"primary_generation": 2.0}
    assert provider.diff("id", made, wanted).changes is True
    renewed = provider.update("id", made, wanted).outs
    assert renewed["primary_key"] != made["primary_key"]
    assert renewed["secondary_key"] == made["secondary_key"]
    assert provider.diff("id", renewed, wanted).changes is False


def test_a_key_that_was_lost_is_made_anew(made):
    assert ServiceKeysProvider().diff("id", made | {"primary_key": ""}, WANTED).changes is True


def test_the_state_holds_a_reference_and_no_code():
    pickled = dill.dumps(ServiceKeysProvider(), recurse=True)
    assert b"components.dynamic.service_keys" in pickled
    assert len(pickled) < 300
