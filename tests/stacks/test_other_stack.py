"""A used workspace's stack that cannot be read is refused by its key, with the stacks that there are."""

import pulumi
import pytest

from slipway.project.errors import CommandError
from slipway.project.stack import Stack
from stacks.settings.problems import SettingsError
from tests.harness.stack_runs import USED


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (
            ["dev", "platfrom", "organization/other/platform"],
            "did you mean organization/slipway/platfrom? Otherwise",
        ),
        (["acme/dev", "x/y/z"], "it has acme/slipway/dev, x/y/z. Otherwise"),
        (
            [f"a/b/{letter}" for letter in "cdefghijklm"],
            "it has a/b/c, a/b/d, a/b/e, a/b/f, a/b/g, a/b/h, a/b/i, a/b/j, a/b/k, a/b/l and others. Otherwise",
        ),
        ([], "no other stack was found in it. Otherwise"),
        (None, "no other stack was found in it. Otherwise"),
    ],
    ids=["near", "others", "many", "none", "untold"],
)
def test_a_stack_that_does_not_exist_is_refused_with_those_that_do(
    deploy, monkeypatch, there, said
):
    def listed(_):
        if there is None:
            raise CommandError("pulumi stack ls failed")
        return there

    def unknown(_):
        raise Exception('unknown stack "organization/slipway/platform"')

    monkeypatch.setattr(Stack, "of_back_end", listed)
    monkeypatch.setattr(pulumi, "get_organization", lambda: "organization")
    monkeypatch.setattr(pulumi, "get_project", lambda: "slipway")
    with pytest.raises(SettingsError) as refusal:
        deploy(USED, functions={"pulumi:pulumi:readStackOutputs": unknown})
    assert refusal.value.problems == {
        "slipway:workspace.existing.stack": "must be a stack of this back end, got "
        f"'organization/slipway/platform'; {said} deploy it first (`pulumi up --stack platform` in the "
        "project slipway)"
    }


def test_a_stack_that_cannot_be_read_is_refused_by_its_key(deploy):
    def locked(_):
        raise Exception("passphrase must be set")

    with pytest.raises(SettingsError) as refusal:
        deploy(USED, functions={"pulumi:pulumi:readStackOutputs": locked})
    (said,) = refusal.value.problems.items()
    assert said[0] == "slipway:workspace.existing.stack"
    assert said[1].startswith("cannot be read (")
    assert "passphrase must be set), got 'organization/slipway/platform'" in said[1]
