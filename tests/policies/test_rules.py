import subprocess
import sys
from pathlib import Path

import pytest
from pulumi_policy import ResourceValidationArgs
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE as UNKNOWN
from pulumi_policy.proxy import unknown_checking_proxy

from policies import rules

ROOT = Path(__file__).parents[2]
PINNED = "reg.azurecr.io/images/diabetes@sha256:" + "a" * 64


def judged(rule, type_, properties, config=None):
    reports = []
    args = ResourceValidationArgs(
        type_, unknown_checking_proxy(properties), "urn", "name", None, None, config
    )
    rule(args, lambda message, _urn: reports.append(message))
    return reports


def group(container=None, **properties):
    return {"containerGroupName": "diabetes", "containers": [container or {}], **properties}


def variable(**values):
    return group({"name": "scoring", "environmentVariables": [values]})


COMPLIANT = [
    (rules.images_by_digest, group({"name": "scoring", "image": PINNED})),
    (rules.no_plain_secrets, variable(name="SLIPWAY_PRIMARY_KEY", secureValue="k")),
    (rules.no_plain_secrets, variable(name="KEYBOARD", value="qwerty")),
    (rules.no_public_address, group(ipAddress={"type": "Private"})),
]
VIOLATING = [
    (
        rules.images_by_digest,
        group({"name": "scoring", "image": "reg.azurecr.io/images/diabetes:7"}),
        "the container scoring runs reg.azurecr.io/images/diabetes:7, which is no digest",
    ),
    (
        rules.no_plain_secrets,
        variable(name="db_password", value="hunter2"),
        "the variable db_password looks like a secret: give it as a file of a secret volume, or as secureValue",
    ),
    (
        rules.no_plain_secrets,
        variable(name="API_TOKEN", value=UNKNOWN),
        "the variable API_TOKEN looks like a secret: give it as a file of a secret volume, or as secureValue",
    ),
    (
        rules.no_public_address,
        group(ipAddress={"type": "Public"}),
        "diabetes has a public address and is not among the services that may have one",
    ),
]
UNKNOWN_YET = [
    (rules.images_by_digest, group({"name": "scoring", "image": UNKNOWN})),
    (rules.images_by_digest, {"containers": UNKNOWN}),
    (rules.no_plain_secrets, variable(name=UNKNOWN, value="v")),
    (rules.no_public_address, group(ipAddress=UNKNOWN)),
]
GROUP_RULES = [rules.images_by_digest, rules.no_plain_secrets, rules.no_public_address]


@pytest.mark.parametrize(("rule", "properties"), COMPLIANT)
def test_what_keeps_the_rule_passes(rule, properties):
    assert judged(rule, rules.CONTAINER_GROUP, properties) == []


@pytest.mark.parametrize(("rule", "properties", "said"), VIOLATING)
def test_what_breaks_it_is_told(rule, properties, said):
    assert judged(rule, rules.CONTAINER_GROUP, properties) == [said]


@pytest.mark.parametrize("rule", GROUP_RULES)
def test_what_is_not_there_breaks_no_rule(rule):
    assert judged(rule, rules.CONTAINER_GROUP, {}) == []


@pytest.mark.parametrize(("rule", "properties"), UNKNOWN_YET)
def test_what_a_preview_does_not_know_breaks_no_rule(rule, properties):
    assert judged(rule, rules.CONTAINER_GROUP, properties) == []


def test_the_configuration_may_allow_a_public_address():
    properties = group(ipAddress={"type": "Public"})
    allowed = {"allowed": ["diabetes"]}
    assert judged(rules.no_public_address, rules.CONTAINER_GROUP, properties, allowed) == []
    others = {"allowed": ["other"]}
    assert judged(rules.no_public_address, rules.CONTAINER_GROUP, properties, others)


@pytest.mark.parametrize(
    ("properties", "count"),
    [
        ({"adminUserEnabled": False}, 0),
        ({"adminUserEnabled": True}, 1),
        ({}, 0),
        ({"adminUserEnabled": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"}, 0),
    ],
    ids=["off", "on", "missing", "unknown"],
)
def test_the_registrys_admin_user(properties, count):
    assert len(judged(rules.no_admin_user, rules.REGISTRY, properties)) == count


@pytest.mark.parametrize("rule", [*GROUP_RULES, rules.no_admin_user])
def test_other_resources_are_none_of_its_business(rule):
    properties = {"containers": [{"image": "x:1"}], "adminUserEnabled": True}
    assert judged(rule, "azure-native:storage:StorageAccount", properties) == []


def test_the_pack_starts():
    """It serves until it is told to stop, and first of all prints its port."""
    pack = subprocess.Popen([sys.executable, str(ROOT / "policies")], stdout=subprocess.PIPE)
    try:
        assert int(pack.stdout.readline()) > 0
    finally:
        pack.kill()
        pack.wait()
        pack.stdout.close()
