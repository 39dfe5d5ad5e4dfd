"""References to published models and images: looked for in the registry, and refused all at once, with their keys."""

import pytest

from pytest_pulumi.wire import UNKNOWN
from slipway.resources.published_versions import TOKEN
from stacks.settings.problems import SettingsError
from tests.harness.configurations import REMOVED
from tests.harness.stack_runs import FINISHED, SERVICE, USED

IMAGE = "slipway:images/diabetes-image"
OF_AZURE = (
    "azure-native:",
    "docker-build:",
    "slipway:index:ImageLookup",
    "slipway:index:ModelLookup",
)


def refused(deploy, changes, **how):
    with pytest.raises(SettingsError) as refusal:
        deploy(changes, preview=True, **how)
    return refusal.value.problems


def test_all_that_is_missing_is_refused_at_once(deploy):
    problems = refused(
        deploy,
        {
            **USED,
            f"{IMAGE}/models": ["diabetes", "scaler:2", "diabetes:7"],
            f"{SERVICE}/image": "diabetes-image:9",
            "slipway:services/other": {"target": "aci", "image": "other-image:4"},
            "slipway:services/good": {"target": "aci", "image": "other-image:3"},
            "slipway:services/new": {"target": "aci", "image": "diabetes-image:latest"},
        },
        versions=(1, 3),
    )
    has = "the registry reg.azurecr.io has 1, 3"
    assert problems == {
        "slipway:images.diabetes-image.models[1]": f"must be a registered version, got 'scaler:2': {has}; "
        "name a version that is there, or register the file by slipway:models.scaler",
        "slipway:images.diabetes-image.models[2]": f"must be a registered version, got 'diabetes:7': {has}; "
        "write diabetes for the one that this stack registers",
        "slipway:services.diabetes.image": f"must be a published version, got 'diabetes-image:9': {has}; "
        "write diabetes-image:latest for the one that this stack builds",
        "slipway:services.other.image": f"must be a published version, got 'other-image:4': {has}; "
        "name a version that is there, or build it by slipway:images.other-image",
    }


@pytest.mark.parametrize("version", ["7", "latest"])
def test_a_registry_that_does_not_exist_yet_has_nothing(deploy, version):
    problems = refused(
        deploy, {**FINISHED, f"{SERVICE}/image": f"diabetes-image:{version}"}, versions=None
    )
    assert problems == {
        "slipway:services.diabetes.image": f"must be a published version, got 'diabetes-image:{version}': "
        "the workspace's registry does not exist yet; build it by slipway:images.diabetes-image"
    }


def test_nothing_of_azures_is_registered_in_a_stack_that_is_refused(deploy, registered):
    with pytest.raises(SettingsError):
        deploy({**USED, f"{SERVICE}/image": "diabetes-image:9"}, versions=(1, 3))
    assert [each for each in registered if each.startswith(OF_AZURE)] == []


def test_a_stack_that_refers_to_nothing_published_asks_nothing(deploy):
    assert [call for call in deploy().calls if call.token == TOKEN] == []


def test_only_the_names_that_are_referred_to_are_asked_for(deploy):
    run = deploy({f"{IMAGE}/models": ["diabetes", "scaler:3"], f"{SERVICE}/image": "other-image:1"})
    (call,) = [call for call in run.calls if call.token == TOKEN]
    assert call.args == {
        "resourceGroup": "slipway-test",
        "name": "slipway-test",
        "models": ["scaler"],
        "images": ["other-image"],
    }


@pytest.mark.parametrize(("there", "version"), [(None, 1), ((1,), 2)], ids=["first", "next"])
def test_the_version_that_this_very_update_builds_is_not_looked_up_before(
    deploy, types, there, version
):
    run = deploy({f"{SERVICE}/image": f"diabetes-image:{version}"}, preview=True, versions=there)
    assert run.one(types.image_lookup).inputs["version"] is UNKNOWN


def test_a_version_that_is_there_is_shown_although_another_is_built(deploy, types):
    run = deploy({f"{SERVICE}/image": "diabetes-image:1"}, preview=True, versions=(1, 2))
    assert run.one(types.image_lookup).inputs["version"] == 1


def test_a_next_version_that_this_update_does_not_build_is_refused(deploy, types):
    built = {types.image_version: {"version": 2, "imageId": "diabetes-image:2", "ref": "x"}}
    problems = refused(
        deploy, {f"{SERVICE}/image": "diabetes-image:3"}, versions=(1, 2), more=built
    )
    assert problems["slipway:services.diabetes.image"].startswith(
        "must be a published version, got 'diabetes-image:3': the registry reg.azurecr.io has 1, 2"
    )


def test_a_long_history_is_cut(deploy):
    problems = refused(
        deploy, {**FINISHED, f"{SERVICE}/image": "diabetes-image:99"}, versions=range(1, 31)
    )
    assert "has 20 before and 21, 22, 23, 24, 25, 26, 27, 28, 29, 30; name" in str(problems)


def test_models_alone_are_looked_for(deploy):
    problems = refused(
        deploy,
        {"slipway:models": REMOVED, f"{IMAGE}/models": ["diabetes:5"]},
        versions=(),
    )
    assert problems == {
        "slipway:images.diabetes-image.models[0]": "must be a registered version, got 'diabetes:5': the "
        "registry reg.azurecr.io has no model 'diabetes'; register the file by slipway:models.diabetes"
    }


HAS = "the registry reg.azurecr.io has no"


@pytest.mark.parametrize(
    ("image", "meant"),
    [
        ("diabetes-imag:2", "diabetes-image:2"),
        ("diabetes-imag:7", "diabetes-image:3"),
        ("diabetes-imag:latest", "diabetes-image:3"),
        ("irs-image:1", "iris-image:latest"),
    ],
)
def test_the_nearest_image_is_named(deploy, image, meant):
    name = image.partition(":")[0]
    found = {"registry": "reg.azurecr.io", "models": {}}
    problems = refused(
        deploy,
        {
            **USED,
            f"{SERVICE}/image": image,
            "slipway:images/iris-image": {"models": ["diabetes"]},
            "slipway:images/diabetes-image": REMOVED,
        },
        functions={
            TOKEN: {**found, "images": {name: [], "diabetes-image": [1, 3, 2], "empty-image": []}}
        },
    )
    assert problems == {
        "slipway:services.diabetes.image": f"must be a published version, got {image!r}: {HAS} image "
        f"{name!r}; did you mean {meant}? Otherwise build it by slipway:images.{name}"
    }


def test_where_no_name_is_near_all_that_there_are_are_named(deploy):
    found = {
        "registry": "reg.azurecr.io",
        "models": {},
        "images": {"other": [], "diabetes-image": [1], "iris": [2]},
    }
    problems = refused(
        deploy,
        {**USED, f"{SERVICE}/image": "other:1", "slipway:images": REMOVED},
        functions={TOKEN: found},
    )
    assert problems == {
        "slipway:services.diabetes.image": f"must be a published version, got 'other:1': {HAS} image 'other'; name "
        "one of those that it has (diabetes-image, iris), or build it by slipway:images.other"
    }


@pytest.mark.parametrize(("model", "meant"), [("scalr:1", "scaler:1"), ("diabets:4", "diabetes")])
def test_the_nearest_model_is_named(deploy, model, meant):
    name = model.partition(":")[0]
    found = {"registry": "reg.azurecr.io", "images": {}, "models": {name: [], "scaler": [1, 2]}}
    problems = refused(deploy, {f"{IMAGE}/models": ["diabetes", model]}, functions={TOKEN: found})
    assert problems == {
        "slipway:images.diabetes-image.models[1]": f"must be a registered version, got {model!r}: {HAS} "
        f"model {name!r}; did you mean {meant}? Otherwise register the file by slipway:models.{name}"
    }
