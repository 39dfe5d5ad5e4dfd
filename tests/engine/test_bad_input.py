"""What a user gets wrong, as `pulumi preview` tells it: all of it at once, and no traceback."""

import pytest

pytestmark = pytest.mark.engine

FILES = {
    "empty.pkl": "",
    "no_run.py": "def init():\n    pass\n",
    "no_init.py": "def run(data):\n    return data\n",
    "broken.py": "def init(:\n",
    "broken.yml": "dependencies: [python=3.11\n",
}

IMAGE, SERVICE = "slipway:images.diabetes-image", "slipway:services.diabetes"

# What is set in the stack's configuration, and what must then be said: key and words.
CASES = {
    "everything at once": (
        {
            "azure-native:location": "westeurop",
            "slipway:models.diabetes.path": "examples/diabetes/missing.pkl",
            "slipway:models.my model": {"path": "examples/diabetes/model.pkl"},
            f"{IMAGE}.entryScript": "examples/diabetes/no_run.py",
            f"{IMAGE}.condaFile": "examples/diabetes/broken.yml",
            f"{IMAGE}.models": ["diabets"],
            "slipway:images.Diabetes_Image": {"models": ["diabetes:1"]},
            f"{SERVICE}.name": "-service",
            f"{SERVICE}.cpuCores": "0.1",
            f"{SERVICE}.memoryGb": "400",
            f"{SERVICE}.dnsNameLabel": "a",
            f"{SERVICE}.image": "localhost:5000/images/diabetes-image:prod",
            f"{SERVICE}.secretEnvironment": {"API_TOKEN": "apiToken"},
        },
        {
            "azure-native:location": ["must be a region of Azure", "'westeurop'", "westeurope"],
            "slipway:models.diabetes.path": ["that does not exist", "missing.pkl"],
            "slipway:models.my": ["must be 1-255 letters", "'my model'"],
            f"{IMAGE}.entryScript": ["no_run.py", "run"],
            f"{IMAGE}.condaFile": ["must be a conda environment", "broken.yml"],
            f"{IMAGE}.models[0]": ["must be a model in slipway:models", "did you mean diabetes?"],
            "slipway:images.Diabetes_Image": [
                "must be 3-32 lower-case letters",
                "'Diabetes_Image'",
            ],
            f"{SERVICE}.name": ["no hyphen at either end", "'-service'"],
            f"{SERVICE}.cpuCores": ["must be 1 to 31", "got 0.1"],
            f"{SERVICE}.memoryGb": ["must be 1 to 240", "got 400"],
            f"{SERVICE}.dnsNameLabel": ["must be 5-63", "'a'"],
            f"{SERVICE}.image": ["must be name:version", "diabetes-image:prod"],
            f"{SERVICE}.secretEnvironment.API_TOKEN": ["must be a name in slipway:secrets"],
        },
    ),
    "files that are something else": (
        {
            "slipway:models.diabetes.path": "examples/diabetes/empty.pkl",
            f"{IMAGE}.entryScript": "examples/diabetes/broken.py",
            "slipway:servces.diabetes.cpuCores": "2",
        },
        {
            "slipway:models.diabetes.path": ["an empty file", "empty.pkl"],
            f"{IMAGE}.entryScript": ["broken.py", "line 1"],
            "slipway:servces": ["is not a setting", "slipway:services"],
        },
    ),
    "a script that cannot start": (
        {f"{IMAGE}.entryScript": "examples/diabetes/no_init.py"},
        {f"{IMAGE}.entryScript": ["no_init.py", "init"]},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_problem_is_told_with_its_key(deployment, case):
    settings, expected = CASES[case]
    deployment.use_model(alpha=0.1)
    for name, text in FILES.items():
        (deployment.example / name).write_text(text)
    for path, value in settings.items():
        deployment.configure(path, value)

    refused = deployment.engine.preview()

    assert not refused.ok
    told = refused.text.partition("error: the stack's configuration has")[2].splitlines()[1:]
    said = {line.split()[0]: line for line in told if line.strip()}
    for key, words in expected.items():
        line = said[key]
        assert [word for word in words if word not in line] == [], line
    assert said.keys() == expected.keys()
    assert "Traceback" not in refused.text
    assert deployment.rehearsal.resources() == []
