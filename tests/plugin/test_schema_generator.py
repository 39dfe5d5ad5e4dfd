"""Annotations and docstrings become the schema; each rule on classes of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import pulumi
import pytest

from plugin.schema.package import package
from plugin.schema.served import Function


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of `other_parts`."""

    part_name: str
    key: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class Late:
    name: str


@dataclass(frozen=True, kw_only=True)
class Shared:
    cpu_cores: Annotated[float, "a rule"] = 1
    """How many; beside
    `memory_gb`."""


@dataclass(frozen=True, kw_only=True)
class ThingArgs(Shared):
    """What a thing is made of."""

    path: Path
    number: pulumi.Input[int]
    maybe: pulumi.Input[str] | None = None
    empty: str = ""
    on: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    part: Part
    """The first one."""
    late_parts: Sequence[pulumi.Input[Late]] = ()
    registry_sku: Literal["Basic", "Premium"] = "Basic"
    anything: Any


@dataclass(frozen=True, kw_only=True)
class PartArgs:
    """Which one."""

    part_name: pulumi.Input[str]


class Thing(pulumi.ComponentResource):
    """A thing; see `Thing.image_id`."""

    image_id: pulumi.Output[str]
    """`name:version`."""
    count: pulumi.Output[int | None]
    late: pulumi.Output[Late]
    plain_name: str
    _hidden: pulumi.Output[str]

    def __init__(
        self, name: str, args: ThingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        raise NotImplementedError


class Made(pulumi.CustomResource):
    def __init__(self, name: str, args: Shared, opts: pulumi.ResourceOptions | None = None) -> None:
        raise NotImplementedError


@pytest.fixture(scope="module")
def schema():
    return package(
        "1.2.3",
        [Thing, Made],
        {"slipway:index:getPart": Function(PartArgs, Part, "Looks `part_name` up.")},
        {"Part": frozenset({"key"}), "Thing": frozenset({"image_id"})},
    )


@pytest.fixture(scope="module")
def thing(schema):
    return schema["resources"]["slipway:index:Thing"]


def test_components_are_told_from_custom_resources(schema, thing):
    assert thing["isComponent"] is True
    assert "isComponent" not in schema["resources"]["slipway:index:Made"]
    assert (schema["name"], schema["version"]) == ("slipway", "1.2.3")


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("path", {"type": "string", "plain": True}),
        ("number", {"type": "integer"}),
        ("maybe", {"type": "string"}),
        ("empty", {"type": "string", "plain": True}),
        ("on", {"type": "boolean", "plain": True, "default": False}),
        (
            "tags",
            {
                "type": "object",
                "additionalProperties": {"type": "string", "plain": True},
                "plain": True,
            },
        ),
        ("labels", {"type": "object", "additionalProperties": {"type": "string"}, "plain": True}),
        (
            "part",
            {
                "$ref": "#/types/slipway:index:Part",
                "plain": True,
                "description": "The first one.",
            },
        ),
        (
            "lateParts",
            {"type": "array", "items": {"$ref": "#/types/slipway:index:Late"}, "plain": True},
        ),
        (
            "registrySku",
            {"$ref": "#/types/slipway:index:RegistrySku", "plain": True, "default": "Basic"},
        ),
        ("anything", {"$ref": "pulumi.json#/Any", "plain": True}),
    ],
)
def test_an_input_is_what_its_annotation_says(thing, name, spec):
    assert thing["inputProperties"][name] == spec


def test_inherited_fields_bring_their_defaults_and_docstrings(thing):
    assert thing["inputProperties"]["cpuCores"] == {
        "type": "number",
        "plain": True,
        "default": 1,
        "description": "How many; beside\n`memoryGb`.",
    }


def test_what_has_neither_default_nor_none_is_required(thing):
    assert thing["requiredInputs"] == ["anything", "number", "part", "path"]
    assert thing["required"] == ["imageId", "late"]


def test_outputs_are_the_annotated_ones(thing):
    assert thing["properties"] == {
        "imageId": {"type": "string", "secret": True, "description": "`name:version`."},
        "count": {"type": "integer"},
        "late": {"$ref": "#/types/slipway:index:Late"},
    }
    assert thing["description"] == "A thing; see `Thing.imageId`."


def test_named_types(schema):
    part = schema["types"]["slipway:index:Part"]
    assert part["properties"] == {
        "partName": {"type": "string", "plain": True},
        "key": {"type": "string", "secret": True},
    }
    assert part["description"] == "One of `otherParts`."
    # Nothing in a value that may arrive late has to be there at once.
    assert schema["types"]["slipway:index:Late"]["properties"] == {"name": {"type": "string"}}
    assert schema["types"]["slipway:index:RegistrySku"]["enum"] == [
        {"value": "Basic"},
        {"value": "Premium"},
    ]


def test_functions(schema):
    function = schema["functions"]["slipway:index:getPart"]
    assert function["description"] == "Looks `partName` up."
    assert function["inputs"]["properties"] == {"partName": {"type": "string"}}
    assert function["inputs"]["required"] == ["partName"]
    assert function["outputs"] == schema["types"]["slipway:index:Part"]


def test_two_types_of_one_name_are_refused():
    @dataclass
    class OtherArgs:
        registry_sku: Literal["Gold"]

    class Other(pulumi.CustomResource):
        def __init__(self, name: str, args: OtherArgs) -> None:
            raise NotImplementedError

    with pytest.raises(TypeError, match=r"two different types .* slipway:index:RegistrySku"):
        package("1", [Other, Thing], {}, {})


def test_an_annotation_without_a_place_in_a_schema_is_refused():
    @dataclass
    class OddArgs:
        value: str | int

    class Odd(pulumi.CustomResource):
        def __init__(self, name: str, args: OddArgs) -> None:
            raise NotImplementedError

    with pytest.raises(TypeError, match=r"no place for the union str \| int"):
        package("1", [Odd], {}, {})


def test_a_secret_that_no_class_has_is_refused():
    with pytest.raises(TypeError, match=r"secrets that no class has: \[\('Shared', 'gone'\)\]"):
        package("1", [Made], {}, {"Shared": frozenset({"gone", "cpu_cores"})})
