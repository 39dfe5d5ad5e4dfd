"""getVersions: what is asked of a registry, and when of all of it."""

import pytest

from slipway.provider.functions import FUNCTIONS
from slipway.registry.errors import RegistryError
from slipway.resources.published_versions import TOKEN


class Store:
    """Models or images of a registry, which may refuse to list its names."""

    def __init__(self, *, lists=True):
        self.lists = lists

    def versions(self, name):
        return [1, 2] if name == "there" else []

    def versions_of_all(self):
        if not self.lists:
            raise RegistryError("refused")
        return {"there": [1, 2], "other": [4]}


@pytest.fixture
def ask(monkeypatch):
    def asked(names, *, lists=True, server="reg.azurecr.io"):
        client = type("Client", (), {"models": Store(lists=lists), "images": Store(lists=lists)})
        monkeypatch.setattr("slipway.cloud.workspace.find_registry", lambda _: server)
        monkeypatch.setattr("slipway.registry.client.shared_client", lambda _: client)
        return FUNCTIONS[TOKEN].ask(
            {"resource_group": "g", "name": "n", "subscription_id": "s", "models": [], **names}
        )

    return asked


@pytest.mark.parametrize(
    ("images", "lists", "found"),
    [
        (["there"], True, {"there": [1, 2]}),
        (["ther"], True, {"there": [1, 2], "other": [4], "ther": []}),
        (["ther"], False, {"ther": []}),
    ],
    ids=["known", "unknown", "unknown, and names may not be listed"],
)
def test_a_name_without_versions_comes_with_the_others(ask, images, lists, found):
    assert ask({"images": images}, lists=lists) == {
        "registry": "reg.azurecr.io",
        "models": {},
        "images": found,
    }


def test_a_registry_that_is_not_there_is_not_asked(ask):
    assert ask({"images": ["there"]}, server=None)["images"] == {"there": []}
