"""Giving pushed images their numbers, against the real registry door."""

import uuid
from datetime import UTC, datetime

import pytest

from slipway.registry.client import RegistryClient
from slipway.registry.errors import NotFoundError, RegistryError


@pytest.fixture
def images(azure):
    return RegistryClient(azure.login_server).images


@pytest.fixture
def name() -> str:
    return f"image-{uuid.uuid4().hex[:8]}"


@pytest.mark.parametrize("index", [False, True])
def test_an_image_says_its_number_digest_and_models(azure, images, name, push_image, index):
    digest = push_image(name, "key-1", ["diabetes:1"], index=index)
    published = images.publish(name, digest, "key-1", ["diabetes:1"])
    assert published.id == f"{name}:1"
    assert published.ref == f"{azure.login_server}/images/{name}@{digest}"
    assert published.models == ("diabetes:1",)
    assert published.content_key == "key-1"
    assert images.list(name) == [published]
    assert images.get(name) == published


def test_an_image_was_created_when_it_got_its_number(images, name, push_image):
    before = datetime.now(UTC).replace(microsecond=0)
    images.publish(name, push_image(name, "key", []), "key")
    (times,) = images.times(name).values()
    created = times.created
    assert not times.copied
    # Its own date is what its builder says: always the same one.
    assert before <= datetime.fromisoformat(created) <= datetime.now(UTC)


def test_new_content_gets_the_next_number_and_old_content_its_own(images, name, push_image):
    first = images.publish(name, push_image(name, "a", []), "a")
    second = images.publish(name, push_image(name, "b", []), "b")
    rebuilt = images.publish(name, push_image(name, "a", []), "a")
    assert (first.version, second.version) == (1, 2)
    assert rebuilt == first
    assert images.predict_version(name, "a") == 1
    assert images.predict_version(name, "c") == 3


def test_an_image_that_was_not_pushed_is_refused(images, name):
    with pytest.raises(NotFoundError, match="push it there first"):
        images.publish(name, f"sha256:{'0' * 64}", "key")


def test_an_image_is_what_its_labels_say(images, name, push_image):
    digest = push_image(name, "key", ["diabetes:1"])
    with pytest.raises(RegistryError, match="is labelled with content key"):
        images.publish(name, digest, "key", ["diabetes:2"])
    with pytest.raises(NotFoundError):
        images.get(name)


def test_deleting_takes_one_number_only(images, name, push_image):
    images.publish(name, push_image(name, "a", []), "a")
    kept = images.publish(name, push_image(name, "b", []), "b")
    images.delete(name, 1)
    assert images.list(name) == [kept]
    with pytest.raises(NotFoundError, match=r"no version 1 .* it has 2\."):
        images.get(name, 1)


@pytest.mark.parametrize("bad", ["ab", "Upper", "a..b", "-abc", "x" * 33])
def test_names_outside_azure_mls_rules_are_refused(images, bad):
    with pytest.raises(RegistryError, match="An image's name must be"):
        images.get(bad)


def test_the_versions_of_all_images_are_told_by_name(images, name, push_image):
    other = f"{name}-other"
    for each, key in [(name, "a"), (name, "b"), (other, "c")]:
        images.publish(each, push_image(each, key, []), key)
    images.delete(other, 1)
    found = images.versions_of_all()
    assert found[name] == [1, 2]
    assert other not in found
