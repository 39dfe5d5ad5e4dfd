"""Create it or use it: the form of a workspace now, and of a cluster and a hub later, with one file each."""

from typing import ClassVar

import pytest
from pydantic import Field

from stacks.settings.existing import Existing, MakeOrUse


class ExistingCluster(Existing):
    """As a later release will have it: a cluster can also be reached by a kubeconfig."""

    forms: ClassVar = (*Existing.forms, ("kubeconfig", "context"))

    kubeconfig: str | None = None
    context: str | None = None


class ClusterSettings(MakeOrUse):
    existing: ExistingCluster | None = Field(default=None)
    node_count: int = 1


ID = "/subscriptions/s/resourceGroups/g"
STACK = "organization/slipway/platform"


def problems(**settings):
    return dict(ClusterSettings.model_validate(settings).problems())


@pytest.mark.parametrize(
    "existing",
    [
        {"stack": STACK},
        {"id": ID},
        {"resourceGroup": "g", "name": "c"},
        {"kubeconfig": "~/.kube/config", "context": "c"},
    ],
    ids=lambda existing: "+".join(existing),
)
def test_each_way_alone_is_right(existing):
    assert problems(existing=existing) == {}


def test_settings_to_create_it_are_right_without_existing():
    assert problems(nodeCount=3) == {}
    assert problems() == {}


@pytest.mark.parametrize(
    ("existing", "received"),
    [
        ({}, "nothing"),
        ({"kubeconfig": "x"}, "kubeconfig"),
        ({"name": "c"}, "name"),
        ({"stack": STACK, "id": ID}, "stack and id"),
        ({"id": ID, "kubeconfig": "x", "context": "c"}, "id and kubeconfig and context"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_none_or_several_ways_are_refused(existing, received):
    assert problems(existing=existing) == {
        "existing": "must have exactly one of stack, id, resourceGroup with name, or kubeconfig with "
        f"context, got {received}"
    }


def test_existing_stands_alone():
    assert problems(existing={"id": ID}, nodeCount=3) == {
        "nodeCount": "must not be given beside existing: what is used is never changed; set it in the "
        "stack that creates it"
    }
