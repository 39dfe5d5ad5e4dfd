"""What is wrong with models and images."""

from tests.harness.configurations import REMOVED
from tests.stacks.refusals.words import IMAGE, Cases

CASES: Cases = {
    "a Python that YAML takes for a number": (
        {f"{IMAGE}/pythonVersion": 3.1},
        {
            "slipway:images.diabetes-image.pythonVersion": "must be a Python that the scoring runtime supports "
            "(>=3.11), got '3.1'; if 3.10 was meant, write \"3.10\" in quotes, as YAML reads it as the number 3.1"
        },
    ),
    "a model's file that is missing": (
        {"slipway:models/diabetes/path": "missing.pkl"},
        {
            "slipway:models.diabetes.path": "names a file or folder that does not exist: 'missing.pkl'"
        },
    ),
    "a model's file that is empty": (
        {"slipway:models/diabetes/path": "empty.pkl"},
        {"slipway:models.diabetes.path": "names an empty file: 'empty.pkl'"},
    ),
    "a model's folder that holds no file of a model": (
        {"slipway:models/diabetes/path": "hidden"},
        {
            "slipway:models.diabetes.path": "names a folder that holds no file but .DS_Store, which never belong to a "
            "model: name the folder that holds the model, got 'hidden'"
        },
    ),
    "a model without a file": (
        {"slipway:models/diabetes": {}},
        {"slipway:models.diabetes.path": "is missing: Model file, or folder such as a SavedModel"},
    ),
    "a model's name with a blank": (
        {"slipway:models/my model": {"path": "model.pkl"}},
        {
            "slipway:models.my model": "as a name must be 1-255 letters, digits, hyphens, dots or "
            "underscores, beginning with a letter or digit, got 'my model'"
        },
    ),
    "a registered model among the files": (
        {"slipway:models/scaler:3": {"path": "model.pkl"}},
        {"slipway:models.scaler:3": "as a name must be 1-255 letters"},
    ),
    "a framework's version alone": (
        {"slipway:models/diabetes/frameworkVersion": "1.9"},
        {"slipway:models.diabetes.frameworkVersion": "has no effect without framework, got '1.9'"},
    ),
    # Images.
    "an image's name with two dots": (
        {"slipway:images/a..b": {"models": ["diabetes"], "entryScript": "score.py"}},
        {
            'slipway:images["a..b"]': "as a name must be 3-32 lower-case letters, digits, hyphens or single dots"
        },
    ),
    "an image of a model that does not exist": (
        {f"{IMAGE}/models": ["diabets"]},
        {
            "slipway:images.diabetes-image.models[0]": "must be a model in slipway:models, or a registered "
            "one with its version, got 'diabets'; did you mean diabetes?"
        },
    ),
    "an image of no models": (
        {f"{IMAGE}/models": []},
        {"slipway:images.diabetes-image.models": "must name at least one model"},
    ),
    "an image of one model twice": (
        {f"{IMAGE}/models": ["diabetes", "scaler:3", "scaler:3"]},
        {
            "slipway:images.diabetes-image.models": "must name each model once, got scaler:3 more than once"
        },
    ),
    "a model's version that is no number": (
        {f"{IMAGE}/models": ["diabetes:latest"]},
        {
            "slipway:images.diabetes-image.models[0]": "must be the name of a model in slipway:models, or "
            "name:version such as diabetes:3 for a registered model, got 'diabetes:latest'"
        },
    ),
    "a script without run()": (
        {f"{IMAGE}/entryScript": "no_run.py"},
        {
            "slipway:images.diabetes-image.entryScript": "must be a Python script with init() and run(), "
            "got 'no_run.py'"
        },
    ),
    "a script that is missing": (
        {f"{IMAGE}/entryScript": "missing.py"},
        {
            "slipway:images.diabetes-image.entryScript": "names a file that does not exist: 'missing.py'"
        },
    ),
    "a conda file that is not one": (
        {f"{IMAGE}/condaFile": "broken.yml"},
        {
            "slipway:images.diabetes-image.condaFile": "must be a conda environment file, got 'broken.yml'"
        },
    ),
    "a Python that the runtime does not support": (
        {f"{IMAGE}/pythonVersion": "3.9"},
        {
            "slipway:images.diabetes-image.pythonVersion": "must be a Python that the scoring runtime "
            "supports"
        },
    ),
    "a Python in words": (
        {f"{IMAGE}/pythonVersion": "three"},
        {
            "slipway:images.diabetes-image.pythonVersion": "must be a version of Python such as 3.11 or "
            "3.11.9, in quotes, got 'three'"
        },
    ),
    "another Python than the conda file's": (
        {f"{IMAGE}/pythonVersion": "3.12"},
        {"slipway:images.diabetes-image.pythonVersion": "does not go with condaFile: "},
    ),
    "a base image that is no reference": (
        {f"{IMAGE}/baseImage": "my image"},
        {
            "slipway:images.diabetes-image.baseImage": "must be an image reference such as "
            "python:3.11-slim-bookworm, best with its digest"
        },
    ),
    "a source directory that is missing": (
        {f"{IMAGE}/sourceDirectory": "missing"},
        {
            "slipway:images.diabetes-image.sourceDirectory": "names a folder that does not exist: 'missing'"
        },
    ),
    "a script that imports what lies beside it": (
        {f"{IMAGE}/entryScript": "importing.py"},
        {
            "slipway:images.diabetes-image.sourceDirectory": "is missing: importing.py imports no_run.py, "
            "source/ beside it, and without a source directory the script alone goes into the image; set it "
            "to '.'"
        },
    ),
    "a source directory without the script": (
        {f"{IMAGE}/sourceDirectory": "source"},
        {"slipway:images.diabetes-image.sourceDirectory": "must hold the script: "},
    ),
    "a source directory without a script": (
        {f"{IMAGE}/sourceDirectory": "source", f"{IMAGE}/entryScript": REMOVED},
        {
            "slipway:images.diabetes-image.sourceDirectory": "has no effect without entryScript, "
            "got 'source'"
        },
    ),
    "a model that needs a script": (
        {"slipway:models/diabetes/path": "model.bin", f"{IMAGE}/entryScript": REMOVED},
        {
            "slipway:images.diabetes-image.models[0]": "needs entryScript: model.bin cannot be served"
        },
    ),
}
