"""Settings take the regions that the rehearsal has, and no others of the public cloud."""

from rehearsal.core import locations
from slipway.rules.regions import PUBLIC


def test_the_public_regions_are_the_same():
    assert set(locations.REGIONS) == PUBLIC


def test_display_names_are_read_as_the_names_that_they_belong_to():
    for name, shown in locations.DISPLAY_NAMES.items():
        assert locations.normal(shown) == name
        assert locations.known(shown)
