"""ImageVersion and ImageLookup in the plug-in's process, against the real registry."""

import uuid

import pytest

from pytest_pulumi.wire import UNKNOWN
from slipway.registry.client import RegistryClient

IMAGE = "slipway:index:ImageVersion"
LOOKUP = "slipway:index:ImageLookup"


@pytest.fixture
def images(azure):
    return RegistryClient(azure.login_server).images


@pytest.fixture
def props(azure, push_image):
    name = f"image-{uuid.uuid4().hex[:8]}"
    return {
        "loginServer": azure.login_server,
        "imageName": name,
        "digest": push_image(name, "a", ["diabetes:1"]),
        "contentKey": "a",
        "models": ["diabetes:1"],
    }


def test_a_preview_foresees_the_number_of_an_image_not_yet_built(provider_process, props):
    checked, failures = provider_process.check(
        IMAGE, {**props, "digest": UNKNOWN, "models": UNKNOWN}
    )
    assert failures == {}
    assert (checked["version"], checked["imageId"]) == (1, f"{props['imageName']}:1")
    assert "ref" not in checked
    assert checked["digest"] is UNKNOWN
    outputs = provider_process.create(IMAGE, checked, preview=True)
    assert (outputs["version"], outputs["ref"]) == (1, UNKNOWN)


def test_a_new_image_is_an_update_to_the_next_number(provider_process, props, push_image, images):
    checked, _ = provider_process.check(IMAGE, props)
    first = provider_process.create(IMAGE, checked)
    assert first["ref"].endswith(f"/images/{props['imageName']}@{props['digest']}")
    digest = push_image(props["imageName"], "b", ["diabetes:2"])
    news = {**props, "digest": digest, "contentKey": "b", "models": ["diabetes:2"]}
    news, _ = provider_process.check(IMAGE, news)
    assert (news["version"], news["imageId"]) == (2, f"{props['imageName']}:2")
    assert provider_process.diff(IMAGE, first, news) == (True, [])
    second = provider_process.update(IMAGE, first, news)
    assert second["published"] == [1, 2]
    provider_process.delete(IMAGE, second)
    assert images.list(props["imageName"]) == []


def test_an_unchanged_image_changes_nothing_and_shows_its_reference(provider_process, props):
    checked, _ = provider_process.check(IMAGE, props)
    first = provider_process.create(IMAGE, checked)
    news, _ = provider_process.check(IMAGE, props)
    assert news["ref"] == first["ref"]
    assert provider_process.diff(IMAGE, first, news) == (False, [])


def test_a_name_outside_azure_mls_rules_is_refused(provider_process, props):
    _, failures = provider_process.check(IMAGE, {**props, "imageName": "No"})
    assert "must be 3-32 lower-case letters" in failures["imageName"]


def test_items_of_a_list_are_looked_at(provider_process, props):
    _, failures = provider_process.check(IMAGE, {**props, "models": ["a:1", 2, UNKNOWN]})
    assert failures == {"models": "models[1] must be a string, got 2."}


def test_a_version_that_was_deleted_is_gone(provider_process, props, images):
    checked, _ = provider_process.check(IMAGE, props)
    made = provider_process.create(IMAGE, checked)
    assert provider_process.read(IMAGE, made) == ("id", made)
    images.delete(props["imageName"], 1)
    assert provider_process.read(IMAGE, made) == ("", {})


def test_an_imported_version_is_the_one_that_was_published(provider_process, props, images):
    image = images.publish(props["imageName"], props["digest"], "a", props["models"])
    place = f"{props['loginServer']}/{props['imageName']}"
    found, outputs, inputs = provider_process.import_(IMAGE, f"{place}:1")
    assert (found, outputs["ref"], outputs["published"]) == (place, image.ref, [1])
    assert provider_process.check(IMAGE, inputs)[1] == {}
    news, _ = provider_process.check(IMAGE, props)
    assert provider_process.diff(IMAGE, outputs, news) == (False, [])


def test_a_lookup_shows_the_digest_in_the_preview(provider_process, props, images, push_image):
    name = props["imageName"]
    first = images.publish(name, props["digest"], "a", props["models"])
    wanted = {key: props[key] for key in ("loginServer", "imageName")}
    one, failures = provider_process.check(LOOKUP, {**wanted, "version": 1})
    assert failures == {}
    assert (one["ref"], one["imageId"], one["digest"]) == (first.ref, first.id, first.digest)
    made = provider_process.create(LOOKUP, one)
    assert made["ref"] == first.ref

    second = images.publish(name, push_image(name, "b", []), "b")
    newest, _ = provider_process.check(LOOKUP, {**wanted, "version": 0})
    assert newest["ref"] == second.ref
    assert provider_process.diff(LOOKUP, made, newest) == (True, [])
    again, _ = provider_process.check(LOOKUP, {**wanted, "version": 1})
    assert provider_process.diff(LOOKUP, made, again) == (False, [])


def test_a_number_that_is_not_there_is_refused_with_those_that_are(provider_process, props, images):
    images.publish(props["imageName"], props["digest"], "a", props["models"])
    wanted = {key: props[key] for key in ("loginServer", "imageName")}
    _, failures = provider_process.check(LOOKUP, {**wanted, "version": 7})
    assert failures["version"].startswith(f"The image '{props['imageName']}' has no version 7")
    assert failures["version"].endswith("it has 1.")


@pytest.mark.parametrize("labels", [{}, {"io.slipway.application-insights": "true"}])
def test_a_lookup_shows_whether_the_image_can_send_telemetry(
    provider_process, props, images, push_image, labels
):
    name = props["imageName"]
    images.publish(name, push_image(name, "c", [], labels=labels), "c")
    wanted = {"loginServer": props["loginServer"], "imageName": name, "version": 1}
    found, _ = provider_process.check(LOOKUP, wanted)
    assert found["applicationInsights"] == bool(labels)
