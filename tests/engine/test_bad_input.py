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

# What is set in the stack's configuration, and what must then be said: key and words.
CASES = {
    "everything at once": (
        {
            "azure-native:location": "westeurop",
            "slipway:model.path": "examples/diabetes/missing.pkl",
            "slipway:model.name": "my model",
            "slipway:scoring.entryScript": "examples/diabetes/no_run.py",
            "slipway:scoring.condaFile": "examples/diabetes/broken.yml",
            "slipway:scoring.imageName": "Diabetes_Image",
            "slipway:service.name": "-service",
            "slipway:service.cpuCores": "0.1",
            "slipway:service.memoryGb": "400",
            "slipway:service.dnsNameLabel": "a",
            "slipway:image": "localhost:5000/images/diabetes-image:prod",
        },
        {
            "azure-native:location": ["must be a region of Azure", "'westeurop'", "westeurope"],
            "slipway:model.path": ["must be an existing file", "missing.pkl"],
            "slipway:model.name": ["must be 1-255 letters", "'my model'"],
            "slipway:scoring.entryScript": ["no_run.py", "run"],
            "slipway:scoring.condaFile": ["must be a conda environment", "broken.yml"],
            "slipway:scoring.imageName": ["must be 3-32 lower-case letters", "'Diabetes_Image'"],
            "slipway:service.name": ["a letter first", "'-service'"],
            "slipway:service.cpuCores": ["must be 1 to 31", "got 0.1"],
            "slipway:service.memoryGb": ["must be 1 to 240", "got 400"],
            "slipway:service.dnsNameLabel": ["must be 5-63", "'a'"],
            "slipway:image": ["must be latest, name:number", "diabetes-image:prod"],
        },
    ),
    "files that are something else": (
        {
            "slipway:model.path": "examples/diabetes/empty.pkl",
            "slipway:scoring.entryScript": "examples/diabetes/broken.py",
            "slipway:servce.cpuCores": "2",
        },
        {
            "slipway:model.path": ["must not be empty", "empty.pkl"],
            "slipway:scoring.entryScript": ["broken.py", "line 1"],
            "slipway:servce": ["is not a setting", "slipway:service"],
        },
    ),
    "a script that cannot start": (
        {"slipway:scoring.entryScript": "examples/diabetes/no_init.py"},
        {"slipway:scoring.entryScript": ["no_init.py", "init"]},
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
