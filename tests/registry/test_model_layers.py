"""A manifest may be anybody's: what it names never leaves the folder that it is written to."""

import pytest

from slipway.registry import model_layers
from slipway.registry.errors import RegistryError


def manifest(*paths, folder="bert"):
    layers = [
        {
            "mediaType": "application/vnd.cncf.model.weight.v1.raw",
            "digest": "sha256:" + "0" * 64,
            "size": 1,
            "annotations": {"org.cncf.model.filepath": path},
        }
        for path in paths
    ]
    return {"layers": layers, "annotations": {"io.slipway.model.folder": folder}}


@pytest.mark.parametrize(
    "paths",
    [
        ("../outside",),
        ("/etc/passwd",),
        ("a/../../b",),
        ("a//b",),
        ("./a",),
        ("a/",),
        ("",),
        (".",),
        ("a", "a"),
        ("a", "a/b"),
    ],
)
def test_paths_that_no_folder_holds_are_refused(paths):
    with pytest.raises(RegistryError, match="names files that no folder can hold"):
        model_layers.read(manifest(*paths))


@pytest.mark.parametrize("folder", ["", ".", "..", "a/b", "/tmp"])
def test_a_folder_is_a_plain_name(folder):
    with pytest.raises(RegistryError, match="is not a plain file name"):
        model_layers.read(manifest("a", folder=folder))


def test_names_with_dots_are_names():
    found = model_layers.read(manifest("..a/b..", "...", folder="..b"))
    assert [part.path for part in found.parts] == ["..a/b..", "..."]
