"""What images and models may be called is the same in the configuration, in programs and commands, in the provider, and
in the registry as the rehearsal has it."""

import re
from threading import Event

import pytest

from components.image_ref import unpinned
from rehearsal.distribution import reference
from slipway.provider.image_version import ImageVersionHandler
from slipway.registry import names
from slipway.registry.errors import RegistryError
from slipway.rules.names import IMAGE_NAME, MODEL_NAME
from slipway.rules.references import ImageReference
from stacks.schema import schema

ALLOWED = ["abc", "a.b", "a--b", "1-2.3", "x" * 32, "latest", "diabetes-image"]
REFUSED = [
    "",
    "ab",
    "A-b-c",
    "-abc",
    "abc-",
    "a..b",
    "a.-b",
    "a-.b",
    "a_b",
    ".ab",
    "x" * 33,
    "a/b",
    "abc\n",
]
MODELS = ["a", "1", "Diabetes", "a..b", "a-", "a_.b", "x" * 255, "model--0123456789abcdef", "a__b"]


def in_the_schema(name):
    """Whether editors take it as a key of `slipway:images`, and in a service's `image`."""
    found = schema()
    config = found["properties"]["config"]["properties"]["slipway:images"]
    keys = "|".join(config["patternProperties"])
    image = found["$defs"]["AciSettings"]["properties"]["image"]["pattern"]
    return bool(re.search(keys, name)), bool(re.search(image, f"{name}:7"))


def in_the_registry_client(name):
    try:
        return names.image(name) == name
    except RegistryError:
        return False


def in_a_reference(name):
    try:
        return ImageReference.parse(f"{name}:7").name == name
    except ValueError:
        return False


def in_the_provider(name):
    return not ImageVersionHandler(Event()).refusals({"image_name": name})


@pytest.mark.parametrize(
    ("name", "allowed"), [*((name, True) for name in ALLOWED), *((name, False) for name in REFUSED)]
)
def test_every_room_decides_alike(name, allowed):
    assert IMAGE_NAME.allows(name) == allowed
    assert in_the_registry_client(name) == names.is_image(name) == allowed
    assert in_a_reference(name) == allowed
    assert in_the_provider(name) == allowed
    if not name.endswith("\n"):  # which Python's $ lets pass, and that of editors does not
        assert in_the_schema(name) == (allowed, allowed)


@pytest.mark.parametrize("name", ALLOWED)
def test_an_image_that_may_be_called_so_can_be_pushed_and_run(name):
    repository = names.image_repository(name)
    assert reference.is_repository(repository)
    assert reference.is_tag_reference(f"reg.azurecr.io/{repository}:build-1")
    pinned = f"reg.azurecr.io/{repository}@sha256:{'a' * 64}"
    assert unpinned(pinned) is None
    assert reference.parse(pinned).repository == repository


@pytest.mark.parametrize("name", MODELS)
def test_every_model_has_a_repository(name):
    """Azure ML's rule for models is wider than the registry's for repositories."""
    assert MODEL_NAME.allows(name)
    assert reference.is_repository(names.model_repository(name))
