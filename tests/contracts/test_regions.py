"""The rehearsal offers the regions of Azure's public cloud that settings take, and no others."""

from rehearsal.core import locations
from slipway.rules.regions import PUBLIC


def test_both_know_the_same_regions():
    assert set(locations.REGIONS) == PUBLIC
