"""Values of a kind that nobody expects, and mistakes beside one another."""

from tests.harness.configurations import REMOVED
from tests.stacks.refusals.words import IMAGE, SERVICE, Cases, nested

CASES: Cases = {
    "another mistake beside a missing target": (
        {f"{SERVICE}/target": REMOVED, f"{SERVICE}/cpuCores": "lots", f"{SERVICE}/bogus": 1},
        {
            "slipway:services.diabetes.target": "is missing: Where the service runs (aci)",
            "slipway:services.diabetes.cpuCores": "must be a number, got 'lots'",
            "slipway:services.diabetes.bogus": "is not a setting; did you mean",
        },
    ),
    "another mistake beside a wrong target": (
        {f"{SERVICE}/target": "lambda", f"{SERVICE}/image": "diabetes-imag:latest"},
        {
            "slipway:services.diabetes.target": "must be aci, got 'lambda'",
            "slipway:services.diabetes.image": "must be an image in slipway:images",
        },
    ),
    "a target that is a list": (
        {f"{SERVICE}/target": ["aci"]},
        {"slipway:services.diabetes.target": "must be aci, got ['aci']"},
    ),
    "a section with nothing in it": (
        {"slipway:services": ""},
        {"slipway:services": "must be an object: names, each with its settings, got nothing"},
    ),
    "a model with nothing in it": (
        {"slipway:models/diabetes": None},
        {"slipway:models.diabetes": "must be an object, got nothing"},
    ),
    "a service without a name": (
        {"slipway:services/": {"target": "aci", "image": "diabetes-image:latest"}},
        {'slipway:services[""]': "as a name must be 1-63 lower-case letters"},
    ),
    "true for a number": (
        {f"{SERVICE}/cpuCores": True, f"{SERVICE}/primaryKeyGeneration": True},
        {
            "slipway:services.diabetes.cpuCores": "must be a number, got true",
            "slipway:services.diabetes.primaryKeyGeneration": "must be a number, got true",
        },
    ),
    "numbers that are too large": (
        {
            f"{SERVICE}/primaryKeyGeneration": 10**400,
            f"{SERVICE}/secondaryKeyGeneration": "9" * 5000,
            f"{SERVICE}/startupSeconds": 10**400,
            f"{SERVICE}/cpuCores": float("inf"),
            "slipway:workspace/logRetentionDays": 10**400,
        },
        {
            "slipway:services.diabetes.primaryKeyGeneration": "must be 1 or more, got a number that is too",
            "slipway:services.diabetes.secondaryKeyGeneration": "must be a number that is not so long",
            "slipway:services.diabetes.startupSeconds": "must be 1 to 3600, got a number that is too large",
            "slipway:services.diabetes.cpuCores": "must be 1 to 31 in steps of 0.01 on Azure Container",
            "slipway:workspace.logRetentionDays": "must be 30 to 730, got a number that is too large",
        },
    ),
    "a version that is too large": (
        {f"{SERVICE}/image": f"diabetes-image:{'9' * 5000}"},
        {"slipway:services.diabetes.image": "must be name:version such as diabetes-image:7"},
    ),
    "settings without end": (
        {f"{SERVICE}/smokeTest": {"request": nested(500)}},
        {"slipway:services": "must not be nested deeper than 100 levels"},
    ),
    "a framework that says nothing": (
        {"slipway:models/diabetes/framework": "", "slipway:models/diabetes/frameworkVersion": "1"},
        {"slipway:models.diabetes.framework": "must be a text that is not empty, got ''"},
    ),
    "a conda file without end": (
        {f"{IMAGE}/condaFile": "deep.yml"},
        {
            "slipway:images.diabetes-image.condaFile": "must be a conda environment file, got 'deep.yml'"
        },
    ),
    "a conda file with a day that does not exist": (
        {f"{IMAGE}/condaFile": "day.yml"},
        {
            "slipway:images.diabetes-image.condaFile": "must be a conda environment file, got 'day.yml'"
        },
    ),
    "tags that Azure does not take": (
        {
            f"{SERVICE}/tags": {"cost/center": "1", "note": "x" * 257, "image": "mine"},
            f"{SERVICE}/description": "x" * 257,
            "slipway:workspace/tags": {f"t{number}": "" for number in range(51)},
        },
        {
            "slipway:services.diabetes.tags": "must have names of 1-512 characters without <>%&\\?/, got "
            "'cost/center'; and must have values of at most 256 characters, got more in 'note'; and must "
            "not set 'image': the service sets it",
            "slipway:services.diabetes.description": "must have at most 256 characters, as it becomes a tag",
            "slipway:workspace.tags": "must be at most 50 tags, got 51",
        },
    ),
    "words about a model that no manifest has room for": (
        {
            "slipway:models/diabetes/tags": {"a": "x" * 70_000},
            "slipway:models/diabetes/properties": {"": "x"},
        },
        {
            "slipway:models.diabetes.tags": "must come to at most 65,536 bytes as it is stored, got 70,",
            "slipway:models.diabetes.properties": "must have names that are not empty, got ''",
        },
    ),
    "smoke requests that do not go together": (
        {
            f"{SERVICE}/smokeTest": {
                "request": 1,
                "requestFile": "request.json",
                "tolerance": 0.1,
            },
            "slipway:services/second": {
                "target": "aci",
                "image": "diabetes-image:latest",
                "smokeTest": {"expected": [1], "tolerance": -1},
            },
            "slipway:services/third": {
                "target": "aci",
                "image": "diabetes-image:latest",
                "smokeTest": {"requestFile": "missing.json"},
            },
            "slipway:services/fourth": {
                "target": "aci",
                "image": "diabetes-image:latest",
                "smokeTest": {"requestFile": "score.py"},
            },
        },
        {
            "slipway:services.diabetes.smokeTest.requestFile": "must not be given beside request",
            "slipway:services.diabetes.smokeTest.tolerance": "has no effect without expected",
            "slipway:services.second.smokeTest.expected": "has no effect without request or requestFile",
            "slipway:services.second.smokeTest.tolerance": "must be 0 or more, got -1",
            "slipway:services.third.smokeTest.requestFile": "cannot be read (No such file or directory), "
            "got 'missing.json'",
            "slipway:services.fourth.smokeTest.requestFile": "must be a file of JSON, got 'score.py'",
        },
    ),
}
