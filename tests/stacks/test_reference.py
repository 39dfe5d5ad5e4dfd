from stacks import reference
from stacks.settings.keys import ALL


def test_the_page_is_current():
    """After a change of the settings: `python -m stacks.reference`."""
    assert reference.PATH.read_text() == reference.text()


def test_every_key_is_on_it():
    assert all(key in reference.text() for key in ALL)
