"""What may be called what: decided once, and the same in every room."""

import pytest

from slipway.rules.names import (
    DNS_LABEL,
    IMAGE_NAME,
    MODEL_NAME,
    RESOURCE_GROUP_NAME,
    SECRET_NAME,
    SERVICE_NAME,
    STACK_NAME,
    VARIABLE_NAME,
    WORKSPACE_NAME,
)

GOOD = {
    MODEL_NAME: ["m", "My_model.v1-2", "0", "a" * 255],
    IMAGE_NAME: ["abc", "a.b", "a--b", "1-2.3", "x" * 32],
    SERVICE_NAME: ["a", "ab", "1abc", "a-b", "x" * 63],
    DNS_LABEL: ["abcde", "a-b-c", "x" * 63],
    WORKSPACE_NAME: ["a", "my-team", "1team"],
    RESOURCE_GROUP_NAME: ["g", "my_group-(1).x", "x" * 90],
    SECRET_NAME: ["a", "apiToken", "API_TOKEN-2"],
    VARIABLE_NAME: ["A", "A__B", "A_1"],
    STACK_NAME: ["organization/slipway/platform"],
}
BAD = {
    MODEL_NAME: ["", "-m", "a b", "a/b", "a:1", "a" * 256],
    IMAGE_NAME: ["", "ab", "A-b-c", "-abc", "abc-", "a..b", "a.-b", "a-.b", "a_b", ".ab", "x" * 33],
    SERVICE_NAME: ["", "-a", "a-", "a--b", "A", "a.b", "x" * 64],
    DNS_LABEL: ["abcd", "1abcd", "abcd-", "Abcde", "a_b_c", "x" * 64],
    WORKSPACE_NAME: ["", "A", "-a", "a-", "x" * 31],
    RESOURCE_GROUP_NAME: ["", "a.", "a/b", "x" * 91],
    SECRET_NAME: ["", "1a", "a.b", "a b", "a[0]"],
    VARIABLE_NAME: ["", "1A", "A-B", "A.B", "_a", "A_", "x" * 64],
    STACK_NAME: ["platform", "slipway/platform", "a/b/", "a/b/c/d"],
}


@pytest.mark.parametrize("rule", GOOD, ids=lambda rule: rule.wording)
def test_what_is_allowed(rule):
    assert [name for name in GOOD[rule] if not rule.allows(name)] == []


@pytest.mark.parametrize("rule", BAD, ids=lambda rule: rule.wording)
def test_what_is_refused(rule):
    assert [name for name in BAD[rule] if rule.allows(name)] == []


def test_a_refusal_names_the_rule_and_what_was_received():
    assert SERVICE_NAME.refusal("a--b") == (
        "must be 1-63 lower-case letters, digits or single hyphens, with no hyphen at either end, "
        "got 'a--b'"
    )
    assert SERVICE_NAME.refusal("a-b") is None
