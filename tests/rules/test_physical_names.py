import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.rules.physical_names import assignment_name, physical_name, registry_name

TEXT = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=200)


def test_a_short_name_stays_readable():
    assert physical_name("Slipway", "dev") == "slipway-dev"
    assert registry_name("slipway-dev").startswith("slipwaydev")


@given(TEXT)
def test_a_registry_name_is_one_that_acr_takes(base):
    assert re.fullmatch(r"[a-z0-9]{5,50}", registry_name(base))


@given(TEXT)
def test_a_physical_name_is_one_that_aci_takes(base):
    name = physical_name("a", base)
    assert re.fullmatch(r"(?!.*--)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", name)


def test_what_is_cut_still_counts():
    long = "x" * 80
    assert physical_name(long, "a") != physical_name(long, "b")
    assert registry_name(f"{long}-a") != registry_name(f"{long}-b")
    assert len(physical_name(long, "a")) <= 63


def test_hyphens_that_are_left_out_still_count():
    assert registry_name("a-bc") != registry_name("ab-c")


@pytest.mark.parametrize("limit", [32, 63, 90])
def test_limits(limit):
    assert len(physical_name("y" * 200, limit=limit)) <= limit


def test_an_assignment_has_a_guid_of_its_own():
    guid = assignment_name("registry", "identity", "role")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", guid)
    assert guid == assignment_name("registry", "identity", "role")
    assert guid != assignment_name("registry", "identity", "other")
