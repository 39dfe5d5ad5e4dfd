"""Whatever is wrong is told at once: two mistakes are told as each of them alone is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacks.settings.given import Given
from stacks.settings.parse import parse
from stacks.settings.problems import SettingsError
from tests.harness.configurations import changed

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


def told(paths):
    """Keys of what is wrong."""
    values = changed({path: MISTAKES[path] for path in paths})
    with pytest.raises(SettingsError) as refusal:
        parse(Given(values=values, written={}, hidden=set(), stack="organization/slipway/dev"))
    return set(refusal.value.problems)


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
        "must be a name in slipway:secrets, got 'unknown'; add it by `pulumi config set --secret --path "
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
