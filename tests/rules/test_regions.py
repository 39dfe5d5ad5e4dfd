import pytest

from slipway.rules.regions import PUBLIC, REGION, SOVEREIGN


def test_a_region_may_be_written_as_the_portal_does():
    assert REGION.checked("West Europe") == "westeurope"
    assert REGION.refusal("usgovvirginia") is None


def test_one_that_does_not_exist_has_near_ones():
    assert REGION.refusal("westeurop") == (
        "must be a region of Azure, got 'westeurop'; did you mean westeurope, westus or westus3?"
    )


def test_one_like_none_says_where_they_are_listed():
    with pytest.raises(ValueError, match="`az account list-locations` lists them"):
        REGION.checked("zzzzzzzz")


def test_no_region_is_in_two_clouds():
    assert not PUBLIC & SOVEREIGN
    assert len(PUBLIC) > 50
