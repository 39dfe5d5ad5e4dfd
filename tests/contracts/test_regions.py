"""The rehearsal offers the regions of Azure's public cloud that settings take, and no others."""

from rehearsal.core import locations
from slipway.rules.regions import PUBLIC


def test_both_know_the_same_regions():
    assert set(locations.REGIONS) == PUBLIC


def test_display_names_are_read_as_the_names_that_they_belong_to():
    for name, shown in locations.DISPLAY_NAMES.items():
        assert locations.normal(shown) == name
        assert locations.known(shown)
