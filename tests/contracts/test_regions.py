"""Settings accept the regions that the rehearsal has, and no others of the public cloud."""

import importlib.util

from rehearsal.core import locations

# The settings' rules are on their way to a room of their own.
_ROOM = "slipway.rules" if importlib.util.find_spec("slipway.rules") else "stacks"
regions = importlib.import_module(f"{_ROOM}.regions")


def test_the_public_regions_are_the_same():
    assert set(locations.REGIONS) == set(regions.PUBLIC)


def test_display_names_are_read_as_the_names_that_they_belong_to():
    for name, shown in locations.DISPLAY_NAMES.items():
        assert locations.normal(shown) == name
        assert locations.known(shown)
