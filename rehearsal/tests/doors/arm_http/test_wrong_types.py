"""A value of another type than Microsoft's client writes there is refused with its path, at every leaf of a group."""

import json
from types import SimpleNamespace

import pytest
from azure.mgmt.containerinstance import models

from rehearsal.core.errors import ArmError
from rehearsal.doors.arm_http.requests import Asked, answer

GROUP = "Microsoft.ContainerInstance/containerGroups"
WRONG = {
    "str": {"an": "object"},
    "int": "twelve",
    "float": "much",
    "bool": "perhaps",
    "list": "text",
    "map": ["a list"],
    "object": "text",
}


def members(model):
    """Path and kind of all that a client writes of a model; `[]` and `{}` stand for what is in lists and maps."""
    for attribute, described in model._attribute_map.items():
        if not model._validation.get(attribute, {}).get("readonly"):
            yield from kinds(described["type"], described["key"].split("."))


def kinds(kind, path):
    if kind[0] in "[{":
        yield path, "list" if kind[0] == "[" else "map"
        yield from kinds(kind[1:-1], [*path, f"{kind[0]}{kind[-1]}"])
    elif hasattr(getattr(models, kind, None), "_attribute_map"):
        yield path, "object"
        for below, found in members(getattr(models, kind)):
            yield [*path, *below], found
    elif kind in WRONG or hasattr(models, kind):  # an enumeration is text
        yield path, kind if kind in WRONG else "str"


def placed(path, value):
    """The body that has the value there, and nothing else."""
    for part in reversed(path):
        value = [value] if part == "[]" else {"name" if part == "{}" else part: value}
    return value


# What is an object of no members here (`object`, JSON) may be anything; `zones` and tags are ARM's own.
CASES = [
    (path, kind)
    for path, kind in members(models.ContainerGroup)
    if not (kind == "object" and path[-1] in ("settings", "protectedSettings"))
]


@pytest.fixture
def put(rehearsal):
    rehearsal.resource_group()

    def run(body):
        asked = Asked(
            method="PUT",
            path=rehearsal.id(GROUP, "website"),
            query={"api-version": "2023-05-01"},
            headers={},
            body=json.dumps({"location": "westeurope", **body}).encode(),
            base_url="https://localhost:1",
        )
        try:
            return answer(asked, rehearsal.arm, rehearsal.world.tokens.user)
        except ArmError as refusal:
            return SimpleNamespace(status=refusal.status, document=refusal.body())

    return run


def test_there_are_many_leaves():
    assert len(CASES) > 150


@pytest.mark.parametrize(
    ("path", "kind"), CASES, ids=lambda part: ".".join(part) if isinstance(part, list) else part
)
def test_a_wrong_type_is_refused_with_its_path(put, path, kind):
    found = put(placed(path, WRONG[kind]))
    assert found.status == 400
    error = found.document["error"]
    assert error["code"] == "InvalidRequestContent"
    where = ".".join("name" if part == "{}" else part for part in path).replace(".[]", "[0]")
    assert f"Path '{where}'" in error["message"]
