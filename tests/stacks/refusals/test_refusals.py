"""Every wrong configuration is refused with its full key before anything is registered."""

import pytest

from stacks.settings.problems import SettingsError
from tests.harness.configurations import changed
from tests.stacks.refusals.cases import (
    models_and_images,
    odd_values,
    secrets,
    services,
    top_level,
    workspace,
)
from tests.stacks.refusals.words import IMAGE, SECRETS, SERVICE

SUBJECTS = (top_level, workspace, models_and_images, services, odd_values, secrets)
CASES = {name: case for subject in SUBJECTS for name, case in subject.CASES.items()}


def test_no_case_hides_another():
    assert len(CASES) == sum(len(subject.CASES) for subject in SUBJECTS)


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_configuration_is_refused_before_anything_is_registered(
    case, program, project, registered
):
    changes, expected = CASES[case]
    with pytest.raises(SettingsError) as refusal:
        program(changed(changes))
    problems = refusal.value.problems
    assert problems.keys() == expected.keys(), refusal.value
    for key, sentence in expected.items():
        assert problems[key].startswith(sentence), problems[key]
    assert "planted" not in str(refusal.value)
    assert registered == []


def test_there_are_many_ways_to_be_wrong():
    assert len(CASES) >= 40


def test_all_problems_come_at_once_one_a_line(program, project, registered):
    with pytest.raises(SettingsError) as refusal:
        program(
            changed(
                {
                    "azure-native:location": "westeurop",
                    "slipway:modles": {},
                    "slipway:models/diabetes/path": "missing.pkl",
                    f"{IMAGE}/models": ["diabets"],
                    f"{SERVICE}/cpuCores": 0,
                    f"{SERVICE}/image": "diabetes-image",
                    f"{SERVICE}/secretEnvironment": {"A": "apiTokn"},
                    "slipway:images/other-image": {"sourceDirectory": "source"},
                    "slipway:secrets": SECRETS,
                    "slipway:workspace/logRetentionDays": 3,
                }
            )
        )
    first, *lines = str(refusal.value).splitlines()
    assert first == "the stack's configuration has 11 problems:"
    assert [line.split()[0] for line in lines] == [
        "azure-native:location",
        "slipway:images.diabetes-image.models[0]",
        "slipway:images.other-image.models",
        "slipway:images.other-image.sourceDirectory",
        "slipway:models.diabetes.path",
        "slipway:modles",
        "slipway:secrets.apiToken",
        "slipway:services.diabetes.cpuCores",
        "slipway:services.diabetes.image",
        "slipway:services.diabetes.secretEnvironment.A",
        "slipway:workspace.logRetentionDays",
    ]
    assert registered == []


@pytest.mark.parametrize(
    "changes",
    [
        # What follows from another problem is not told beside it.
        {
            f"{SERVICE}/auth": "maybe",
            f"{SERVICE}/keys": {"primarySecret": "apiToken", "secondarySecret": "apiToken"},
            "slipway:secrets": SECRETS,
        },
        {"slipway:workspace/applicationInsights": "maybe", f"{SERVICE}/appInsights": True},
        {"slipway:workspace/existing": {"stack": "platform"}, "slipway:resourceGroup": "mine"},
        {"slipway:models/diabetes/path": "missing.pkl"},
        {f"{IMAGE}/condaFile": "missing.yml"},
        {f"{IMAGE}/entryScript": "no_run.py", f"{IMAGE}/sourceDirectory": "source"},
        {f"{IMAGE}/entryScript": "no_run.py", "slipway:models/diabetes/path": "model.bin"},
        {"slipway:models/diabetes/framework": [], "slipway:models/diabetes/frameworkVersion": "1"},
        {"slipway:workspace/existing": {"id": "x"}, f"{SERVICE}/image": "other-image:latest"},
        {
            f"{SERVICE}/target": "lambda",
            f"{SERVICE}/auth": True,
            f"{SERVICE}/keys": {"primarySecret": "apiToken", "secondarySecret": "apiToken"},
            "slipway:secrets": SECRETS,
        },
    ],
    ids=[
        "auth",
        "insights",
        "existing",
        "model",
        "image",
        "source",
        "bare",
        "framework",
        "foreign",
        "service",
    ],
)
def test_what_follows_from_a_problem_is_not_told_too(changes, program, project):
    with pytest.raises(SettingsError) as refusal:
        program(changed(changes))
    assert len(refusal.value.problems) == 1
