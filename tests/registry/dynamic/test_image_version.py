"""ImageVersionResource and ImageLookup in the provider process, against the real registry."""

import uuid

import pytest
from pulumi.runtime.rpc import UNKNOWN

from slipway.registry.client import RegistryClient
from slipway.registry.dynamic.image_lookup import ImageLookupProvider
from slipway.registry.dynamic.image_version import ImageVersionProvider


@pytest.fixture
def images(azure):
    return RegistryClient(azure.login_server).images


@pytest.fixture
def props(azure, push_image):
    name = f"image-{uuid.uuid4().hex[:8]}"
    return {
        "login_server": azure.login_server,
        "image_name": name,
        "digest": push_image(name, "a", ["diabetes:1"]),
        "content_key": "a",
        "models": ["diabetes:1"],
    }


def test_a_preview_foresees_the_number_of_an_image_not_yet_built(provider_process, props):
    checked, failures = provider_process.check(
        ImageVersionProvider, {**props, "digest": UNKNOWN, "models": UNKNOWN}
    )
    assert failures == {}
    assert (checked["version"], checked["image_id"]) == (1, f"{props['image_name']}:1")
    assert "ref" not in checked
    assert checked["digest"] == UNKNOWN


def test_a_new_image_is_an_update_to_the_next_number(provider_process, props, push_image, images):
    checked, _ = provider_process.check(ImageVersionProvider, props)
    first = provider_process.create(ImageVersionProvider, checked)
    assert first["ref"].endswith(f"/images/{props['image_name']}@{props['digest']}")
    digest = push_image(props["image_name"], "b", ["diabetes:2"])
    news = {**props, "digest": digest, "content_key": "b", "models": ["diabetes:2"]}
    news, _ = provider_process.check(ImageVersionProvider, news, first)
    assert (news["version"], news["image_id"]) == (2, f"{props['image_name']}:2")
    assert provider_process.diff(ImageVersionProvider, first, news) == (True, [])
    second = provider_process.update(ImageVersionProvider, first, news)
    assert second["published"] == [1, 2]
    provider_process.delete(ImageVersionProvider, second)
    assert images.list(props["image_name"]) == []


def test_an_unchanged_image_changes_nothing_and_shows_its_reference(provider_process, props):
    checked, _ = provider_process.check(ImageVersionProvider, props)
    first = provider_process.create(ImageVersionProvider, checked)
    news, _ = provider_process.check(ImageVersionProvider, props, first)
    assert news["ref"] == first["ref"]
    assert provider_process.diff(ImageVersionProvider, first, news) == (False, [])


def test_a_name_outside_azure_mls_rules_is_refused(provider_process, props):
    _, failures = provider_process.check(ImageVersionProvider, {**props, "image_name": "No"})
    assert "must be 3-32 lower-case letters" in failures["image_name"]


def test_a_version_that_was_deleted_is_gone(provider_process, props, images):
    checked, _ = provider_process.check(ImageVersionProvider, props)
    made = provider_process.create(ImageVersionProvider, checked)
    assert provider_process.read(ImageVersionProvider, made)[0] == "id"
    images.delete(props["image_name"], 1)
    assert provider_process.read(ImageVersionProvider, made) == ("", {})


def test_a_lookup_shows_the_digest_in_the_preview(provider_process, props, images, push_image):
    name = props["image_name"]
    first = images.publish(name, props["digest"], "a", props["models"])
    wanted = {key: props[key] for key in ("login_server", "image_name")}
    one, failures = provider_process.check(ImageLookupProvider, {**wanted, "version": 1})
    assert failures == {}
    assert (one["ref"], one["image_id"], one["digest"]) == (first.ref, first.id, first.digest)
    made = provider_process.create(ImageLookupProvider, one)
    assert made["ref"] == first.ref

    second = images.publish(name, push_image(name, "b", []), "b")
    newest, _ = provider_process.check(ImageLookupProvider, {**wanted, "version": 0}, made)
    assert newest["ref"] == second.ref
    assert provider_process.diff(ImageLookupProvider, made, newest) == (True, [])
    again, _ = provider_process.check(ImageLookupProvider, {**wanted, "version": 1}, made)
    assert provider_process.diff(ImageLookupProvider, made, again) == (False, [])


def test_a_number_that_is_not_there_is_refused_with_those_that_are(provider_process, props, images):
    images.publish(props["image_name"], props["digest"], "a", props["models"])
    wanted = {key: props[key] for key in ("login_server", "image_name")}
    _, failures = provider_process.check(ImageLookupProvider, {**wanted, "version": 7})
    assert failures["version"].startswith(f"The image '{props['image_name']}' has no version 7")
    assert failures["version"].endswith("it has 1.")
