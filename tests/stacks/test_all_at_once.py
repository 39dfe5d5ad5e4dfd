"""Whatever is wrong is told at once: two mistakes are told as each of them alone is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacks.settings.given import Given
from stacks.settings.parse import parse
from stacks.settings.problems import SettingsError
from tests.harness.configurations import REMOVED, changed

SERVICE, IMAGE = "slipway:services/diabetes", "slipway:images/diabetes-image"
#: Path -> a value that is wrong there, whatever else is; none says something of another's place.
MISTAKES = {
    "azure-native:location": "westeurop",
    "slipway:modles": {},
    "slipway:resourceGroup": "a" * 100,
    "slipway:workspace/name": "UPPER_CASE!",
    "slipway:workspace/registrySku": "Gold",
    "slipway:workspace/logRetentionDays": 3,
    "slipway:workspace/protect": "perhaps",
    "slipway:workspace/nme": "x",
    "slipway:models/diabetes/path": "missing.pkl",
    "slipway:models/diabetes/framework": ["x"],
    "slipway:models/diabetes/tags": "text",
    "slipway:models/diabetes/pth": 1,
    f"{IMAGE}/entryScript": "missing.py",
    f"{IMAGE}/condaFile": "missing.yml",
    f"{IMAGE}/pythonVersion": "2.7",
    f"{IMAGE}/sourceDirectory": "missing",
    f"{IMAGE}/modles": [],
    f"{SERVICE}/target": "acy",
    f"{SERVICE}/image": "Diabetes image",
    f"{SERVICE}/name": "No!",
    f"{SERVICE}/logs": "perhaps",
    f"{SERVICE}/cpuCores": 0,
    f"{SERVICE}/memoryGb": "much",
    f"{SERVICE}/cpuCroes": 1,
    f"{SERVICE}/dnsNameLabel": "No!",
    f"{SERVICE}/environment/A=B": "x",
    f"{SERVICE}/environment/LIST": ["x"],
    f"{SERVICE}/environment/SLIPWAY_PRIMARY_KEY": "x",
    f"{SERVICE}/secretEnvironment/A": "no such!",
    f"{SERVICE}/secretEnvironment/B": "unknown",
    f"{SERVICE}/secretEnvironment/SLIPWAY_SECONDARY_KEY": "unknown",
    f"{SERVICE}/tls/certificateFile": "missing.pem",
    f"{SERVICE}/tls/keySecret": "unknown",
    f"{SERVICE}/tls/cname": "No!",
    f"{SERVICE}/keys/primarySecret": "unknown",
    f"{SERVICE}/keys/secondarySecret": "no such!",
    f"{SERVICE}/tags/a<b": "x",
    f"{SERVICE}/tags/list": ["x"],
    f"{SERVICE}/subnetId": "somewhere",
    f"{SERVICE}/smokeTest": {"deadlineSeconds": -1, "reqest": {}},
}


SUBNET = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.Network/"
    "virtualNetworks/v/subnets/s"
)
#: What does not go together: changes, the key of which something is wrong beside others, and the mistakes that make it
#: unclear whether it is so.
TOGETHER = {
    "a version of no framework": (
        {"slipway:models/diabetes/frameworkVersion": "1.0"},
        "slipway:models.diabetes.frameworkVersion",
        {"slipway:models/diabetes/framework"},
    ),
    "a version of no framework, of no file": (
        {
            "slipway:models/diabetes/frameworkVersion": "1.0",
            "slipway:models/diabetes/path": REMOVED,
        },
        "slipway:models.diabetes.frameworkVersion",
        {"slipway:models/diabetes/framework"},
    ),
    "the latest of an unknown image": (
        {f"{SERVICE}/image": "diabetes-imag:latest"},
        "slipway:services.diabetes.image",
        {},
    ),
    "a tolerance for nothing": (
        {f"{SERVICE}/smokeTest/tolerance": 0.5},
        "slipway:services.diabetes.smokeTest.tolerance",
        {},
    ),
    "an answer to nothing": (
        {f"{SERVICE}/smokeTest/expected": [1]},
        "slipway:services.diabetes.smokeTest.expected",
        {},
    ),
    "one variable plain and secret": (
        {f"{SERVICE}/environment/TOKEN": "x", f"{SERVICE}/secretEnvironment/TOKEN": "a"},
        "slipway:services.diabetes.secretEnvironment",
        {},
    ),
    "keys that nobody is asked for": (
        {f"{SERVICE}/keys": {"primarySecret": "no such!"}},
        "slipway:services.diabetes.keys",
        {},
    ),
    "a public name in a subnet": (
        {f"{SERVICE}/subnetId": SUBNET, f"{SERVICE}/dnsNameLabel": "score-it"},
        "slipway:services.diabetes.dnsNameLabel",
        {},
    ),
    "telemetry that goes nowhere": (
        {f"{SERVICE}/appInsights": True},
        "slipway:services.diabetes.appInsights",
        {},
    ),
    "an unknown model": (
        {f"{IMAGE}/models": ["diabets"]},
        "slipway:images.diabetes-image.models[0]",
        {},
    ),
    "a script outside the source directory": (
        {f"{IMAGE}/sourceDirectory": "hidden"},
        "slipway:images.diabetes-image.sourceDirectory",
        {f"{IMAGE}/entryScript"},
    ),
    "a Python that the conda file does not allow": (
        {f"{IMAGE}/pythonVersion": "3.12"},
        "slipway:images.diabetes-image.pythonVersion",
        {f"{IMAGE}/condaFile"},
    ),
    "a group for services in a workspace of the stack's own": (
        {"slipway:resourceGroup": "mine"},
        "slipway:resourceGroup",
        {},
    ),
    "a model of a wrong name": (
        {"slipway:models/a b": {"path": "model.pkl", "frameworkVersion": "1"}},
        "slipway:models.a b.frameworkVersion",
        {},
    ),
    "an image of a wrong name": (
        {"slipway:images/A B": {"models": ["nosuch"], "entryScript": "score.py"}},
        "slipway:images.A B.models[0]",
        {},
    ),
    "a service of a wrong name": (
        {"slipway:services/A B": {"target": "aci", "image": "nosuch:latest"}},
        "slipway:services.A B.image",
        {},
    ),
}


def told(paths):
    """Keys of what is wrong."""
    return refused({path: MISTAKES[path] for path in paths})


def refused(changes):
    found = Given(
        values=changed(changes), written={}, hidden=set(), stack="organization/slipway/dev"
    )
    with pytest.raises(SettingsError) as refusal:
        parse(found)
    return set(refusal.value.problems)


def _overlap(one, other):
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


@pytest.mark.parametrize("case", TOGETHER)
def test_wrong_values_do_not_hide_what_does_not_go_together(project, case):
    changes, key, unclear = TOGETHER[case]
    assert key in refused(changes)
    beside = {
        path: value
        for path, value in MISTAKES.items()
        if path not in unclear and not any(_overlap(path, each) for each in changes)
    }
    assert len(beside) > len(MISTAKES) / 2
    assert key in refused({**beside, **changes})


@given(st.sets(st.sampled_from(sorted(MISTAKES)), min_size=2, max_size=4))
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_mistakes_do_not_hide_one_another(project, paths):
    alone = set().union(*(told([path]) for path in paths))
    assert told(paths) >= alone


def test_all_that_is_wrong_with_one_service_is_told_at_once(project):
    values = changed(
        {
            f"{SERVICE}/auth": True,
            f"{SERVICE}/cpuCores": 0,
            f"{SERVICE}/environment": {"SLIPWAY_PRIMARY_KEY": "x", "A=B": "x", "LIST": ["x"]},
            f"{SERVICE}/secretEnvironment": {"SLIPWAY_SECONDARY_KEY": "one", "TOKEN": "unknown"},
            f"{SERVICE}/keys": {"primarySecret": "unknown"},
            f"{SERVICE}/tls": {"certificateFile": "missing.pem", "keySecret": "unknown"},
            f"{SERVICE}/tags": {"a<b": "x", "list": ["x"]},
            "slipway:secrets": {"one": "1"},
        }
    )
    found = Given(values=values, written={}, hidden={"slipway:secrets"}, stack="o/p/s")
    with pytest.raises(SettingsError) as refusal:
        parse(found)
    key = "slipway:services.diabetes"
    unknown = (
        "must be a name in slipway:secrets, got 'unknown'; add it by `pulumi config set --stack s --secret --path "
        "slipway:secrets.unknown`"
    )
    problems = refusal.value.problems
    assert {
        where: why for where, why in problems.items() if "Secret" in where or "TOKEN" in where
    } == {
        f"{key}.keys.primarySecret": unknown,
        f"{key}.keys.secondarySecret": "is missing: Name in `slipway:secrets` of the secondary key; give both keys "
        "or neither",
        f"{key}.secretEnvironment.TOKEN": unknown,
        f"{key}.tls.keySecret": unknown,
    }
    assert problems[f"{key}.environment"].endswith(
        "got 'A=B'; and must not set SLIPWAY_PRIMARY_KEY: the service sets it"
    )
    assert problems.keys() - {where for where in problems if "Secret" in where} == {
        f"{key}.cpuCores",
        f"{key}.environment",
        f"{key}.environment.LIST",
        f"{key}.secretEnvironment",
        f"{key}.secretEnvironment.TOKEN",
        f"{key}.tags",
        f"{key}.tags.list",
        f"{key}.tls.certificateFile",
    }
