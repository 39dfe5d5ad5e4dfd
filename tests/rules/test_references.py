import pytest

from slipway.rules.references import ImageReference, ModelReference


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("diabetes-image:7", ImageReference("diabetes-image", 7)),
        ("diabetes-image:latest", ImageReference("diabetes-image", None)),
    ],
)
def test_what_an_image_may_be(text, reference):
    assert ImageReference.parse(text) == reference
    assert str(reference) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "latest",
        "7",
        "A:1",
        "a-image:0",
        "a-image:01",
        "a-image:x",
        "a..b:1",
        "a-image@sha256:00",
        "a-image:1:2",
        "a-image:\u0661",
    ],
)
def test_what_an_image_may_not_be(text):
    with pytest.raises(ValueError, match="must be name:version"):
        ImageReference.parse(text)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("diabetes", ModelReference("diabetes", None)),
        ("My_model.v1:12", ModelReference("My_model.v1", 12)),
    ],
)
def test_what_a_model_may_be(text, reference):
    assert ModelReference.parse(text) == reference
    assert str(reference) == text


@pytest.mark.parametrize("text", ["", "a b", "diabetes:", "diabetes:0", "diabetes:latest", "a:1:2"])
def test_what_a_model_may_not_be(text):
    with pytest.raises(ValueError, match="must be the name of a model in slipway:models"):
        ModelReference.parse(text)


def test_an_image_without_its_version_is_told_shortly():
    with pytest.raises(ValueError, match="must say which version") as told:
        ImageReference.parse("diabetes-image")
    assert str(told.value) == (
        "must say which version, by :latest or a number such as :7 at its end, got 'diabetes-image'"
    )
