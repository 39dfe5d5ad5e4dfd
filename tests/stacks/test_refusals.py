"""Every wrong configuration is refused with its full key before anything is registered."""

import os
import socket
from typing import Any

import pytest

from pytest_pulumi.wire import Secret
from stacks.settings.problems import SettingsError
from tests.harness.configurations import REMOVED, changed

SERVICE = "slipway:services/diabetes"
IMAGE = "slipway:images/diabetes-image"
SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"
USED = {"existing": {"stack": "organization/slipway/platform"}}
SECRETS = Secret({"apiToken": "planted-token"})
SET = "`pulumi config set --secret --path slipway:secrets.<name>`"


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


# What is wrong -> (changes to a good configuration, {full key: the sentence, or how it begins}).
CASES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    # Top-level keys.
    "no location": (
        {"azure-native:location": REMOVED},
        {"azure-native:location": "is missing: Azure region of everything that the stack creates"},
    ),
    "a region that does not exist": (
        {"azure-native:location": "westeurop"},
        {
            "azure-native:location": "must be a region of Azure, got 'westeurop'; "
            "did you mean westeurope or westus or westus3?"
        },
    ),
    "an image whose only key is misspelt": (
        {"slipway:images": {"diabetes-image": {"modles": ["diabetes"]}}},
        {
            "slipway:images.diabetes-image.models": "is missing",
            "slipway:images.diabetes-image.modles": "is not a setting; did you mean models?",
        },
    ),
    "a path that no file system takes": (
        {"slipway:models": {"diabetes": {"path": "a" * 300}}},
        {"slipway:models.diabetes.path": "cannot be read (File name too long), got 'aaaa"},
    ),
    "an unknown key": (
        {"slipway:servces": {}},
        {"slipway:servces": "is not a setting; did you mean slipway:services?"},
    ),
    "the old key of a model": (
        {"slipway:model": {"name": "diabetes"}},
        {"slipway:model": "has moved to slipway:models, where each model has its name"},
    ),
    "the old key of what is in the image": (
        {"slipway:scoring": {}},
        {"slipway:scoring": "has moved to slipway:images"},
    ),
    "the old key of the image": (
        {"slipway:image": "latest"},
        {"slipway:image": "has moved to the services that run it: slipway:services.<name>.image"},
    ),
    "the old key of the service": (
        {"slipway:service": {}},
        {"slipway:service": "has moved to slipway:services, where each service has its name"},
    ),
    "the old key of the target": (
        {"slipway:target": "aci"},
        {"slipway:target": "has moved to each service: slipway:services.<name>.target"},
    ),
    "the old key of a certificate's key": (
        {"slipway:tlsKey": Secret("planted")},
        {
            "slipway:tlsKey": "has moved to slipway:secrets, referred to by slipway:services.<name>.tls"
        },
    ),
    "a cluster": (
        {"slipway:cluster": {"existing": {"kubeconfig": "~/.kube/config", "context": "c"}}},
        {"slipway:cluster": "is a setting of a later release: this one does not know a cluster of"},
    ),
    "a hub": (
        {"slipway:hub": {}},
        {
            "slipway:hub": "is a setting of a later release: this one does not know an IoT hub; remove it"
        },
    ),
    "a stack that declares nothing": (
        {"slipway:models": REMOVED, "slipway:images": REMOVED, "slipway:services": REMOVED},
        {
            "slipway:workspace": "is missing, and so are slipway:models, slipway:images and "
            "slipway:services: a stack declares at least one of them"
        },
    ),
    "text instead of an object": (
        {"slipway:services": "{broken"},
        {"slipway:services": "must be an object"},
    ),
    # The workspace.
    "a workspace's name with capitals": (
        {"slipway:workspace/name": "MyTeam"},
        {
            "slipway:workspace.name": "must be 1-30 lower-case letters, digits or hyphens, with no hyphen "
            "at either end, got 'MyTeam'"
        },
    ),
    "a service tier that does not exist": (
        {"slipway:workspace/registrySku": "Free"},
        {"slipway:workspace.registrySku": "must be 'Basic', 'Standard' or 'Premium', got 'Free'"},
    ),
    "logs kept too long": (
        {"slipway:workspace/logRetentionDays": "1000"},
        {"slipway:workspace.logRetentionDays": "must be 30 to 730, got 1000"},
    ),
    "an unknown setting of the workspace": (
        {"slipway:workspace/zone": 1},
        {
            "slipway:workspace.zone": "is not a setting; known here: applicationInsights, existing, "
            "logRetentionDays, name, protect, refuseWhileUsed, registrySku, tags"
        },
    ),
    "existing beside other settings": (
        {"slipway:workspace": {**USED, "registrySku": "Basic", "tags": {"a": "b"}}},
        {
            "slipway:workspace.registrySku": "must not be given beside existing: what is used is never "
            "changed; set it in the stack that creates it",
            "slipway:workspace.tags": "must not be given beside existing",
        },
    ),
    "existing in two ways": (
        {
            "slipway:workspace/existing": {
                **USED["existing"],
                "id": "/subscriptions/s/resourceGroups/g",
            }
        },
        {
            "slipway:workspace.existing": "must have exactly one of stack, id, or resourceGroup with name, "
            "got stack and id"
        },
    ),
    "existing in no way": (
        {"slipway:workspace/existing": {}},
        {
            "slipway:workspace.existing": "must have exactly one of stack, id, or resourceGroup with name, "
            "got nothing"
        },
    ),
    "existing in half a way": (
        {"slipway:workspace/existing": {"resourceGroup": "g"}},
        {
            "slipway:workspace.existing": "must have exactly one of stack, id, or resourceGroup with name, "
            "got resourceGroup"
        },
    ),
    "a stack's short name": (
        {"slipway:workspace/existing": {"stack": "platform"}},
        {
            "slipway:workspace.existing.stack": "must be organization/project/stack, such as "
            "organization/slipway/platform, got 'platform'"
        },
    ),
    "the stack itself": (
        {"slipway:workspace/existing": {"stack": "organization/project/test"}},
        {
            "slipway:workspace.existing.stack": "must be another stack than this one, "
            "got 'organization/project/test'"
        },
    ),
    "the id of something else": (
        {"slipway:workspace/existing": {"id": SUBNET}},
        {"slipway:workspace.existing.id": "must be the ARM id of a resource group"},
    ),
    "a way that only clusters have": (
        {"slipway:workspace/existing": {"kubeconfig": "x", "context": "y"}},
        {
            "slipway:workspace.existing.kubeconfig": "is not a setting; known here: id, name, "
            "resourceGroup, stack",
            "slipway:workspace.existing.context": "is not a setting",
        },
    ),
    "a resource group without an existing workspace": (
        {"slipway:resourceGroup": "mine"},
        {"slipway:resourceGroup": "has no effect without slipway:workspace.existing, got 'mine'"},
    ),
    "the workspace's own resource group": (
        {
            "slipway:workspace/existing": {"id": "/subscriptions/s/resourceGroups/team-platform"},
            "slipway:resourceGroup": "Team-Platform",
        },
        {
            "slipway:resourceGroup": "must not be the workspace's own resource group, got 'Team-Platform'"
        },
    ),
    "a resource group's name that ends with a dot": (
        {"slipway:workspace": USED, "slipway:resourceGroup": "mine."},
        {"slipway:resourceGroup": "must be 1-90 letters, digits, hyphens, underscores"},
    ),
    # Models.
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
            "one such as diabets:1, got 'diabets'; did you mean diabetes?"
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
    # Services.
    "a service's name with two hyphens": (
        {"slipway:services/a--b": {"target": "aci", "image": "diabetes-image:1"}},
        {
            "slipway:services.a--b": "as a name must be 1-63 lower-case letters, digits or single hyphens, "
            "with no hyphen at either end, got 'a--b'"
        },
    ),
    "a service's name in Azure": (
        {f"{SERVICE}/name": "Diabetes"},
        {
            "slipway:services.diabetes.name": "must be 1-63 lower-case letters, digits or single hyphens"
        },
    ),
    "two services of one name": (
        {
            "slipway:services/other": {
                "target": "aci",
                "image": "diabetes-image:1",
                "name": "diabetes",
            }
        },
        {
            "slipway:services.other.name": "must differ from the name of slipway:services.diabetes, "
            "got 'diabetes' for both"
        },
    ),
    "two services of one label": (
        {
            f"{SERVICE}/dnsNameLabel": "score-it",
            "slipway:services/other": {
                "target": "aci",
                "image": "diabetes-image:1",
                "dnsNameLabel": "score-it",
            },
        },
        {
            "slipway:services.other.dnsNameLabel": "must differ from the label of "
            "slipway:services.diabetes, got 'score-it' for both"
        },
    ),
    "no target": (
        {f"{SERVICE}/target": REMOVED},
        {"slipway:services.diabetes.target": "is missing: Where the service runs (aci)"},
    ),
    "an unknown target": (
        {f"{SERVICE}/target": "lambda"},
        {"slipway:services.diabetes.target": "must be aci, got 'lambda'"},
    ),
    "no image": (
        {f"{SERVICE}/image": REMOVED},
        {"slipway:services.diabetes.image": "is missing: Image that the service runs"},
    ),
    "an image without a version": (
        {f"{SERVICE}/image": "diabetes-image"},
        {
            "slipway:services.diabetes.image": "must say which version, by :latest or a number such as :7"
        },
    ),
    "an image by its tag": (
        {f"{SERVICE}/image": "localhost:5000/images/diabetes-image:prod"},
        {"slipway:services.diabetes.image": "must be name:version such as diabetes-image:7"},
    ),
    "the latest of an image that is not built here": (
        {f"{SERVICE}/image": "diabetes-imag:latest"},
        {
            "slipway:services.diabetes.image": "must be an image in slipway:images, or one with its "
            "version such as diabetes-imag:1, got 'diabetes-imag:latest'; did you mean diabetes-image?"
        },
    ),
    "an unknown setting of a service": (
        {f"{SERVICE}/cpuCore": 1},
        {"slipway:services.diabetes.cpuCore": "is not a setting; did you mean cpuCores?"},
    ),
    "too little CPU": (
        {f"{SERVICE}/cpuCores": "0.1"},
        {
            "slipway:services.diabetes.cpuCores": "must be 1 to 31 in steps of 0.01 on Azure Container "
            "Instances, got 0.1"
        },
    ),
    "too much memory": (
        {f"{SERVICE}/memoryGb": 500},
        {
            "slipway:services.diabetes.memoryGb": "must be 1 to 240 in steps of 0.1 on Azure Container "
            "Instances, got 500"
        },
    ),
    "CPU in words": (
        {f"{SERVICE}/cpuCores": "lots"},
        {"slipway:services.diabetes.cpuCores": "must be a number, got 'lots'"},
    ),
    "CPU that is not a number": (
        {f"{SERVICE}/cpuCores": "nan"},
        {"slipway:services.diabetes.cpuCores": "must be 1 to 31"},
    ),
    "half a second": (
        {f"{SERVICE}/smokeTest": {"deadlineSeconds": 1.5}},
        {"slipway:services.diabetes.smokeTest.deadlineSeconds": "must be a whole number, got 1.5"},
    ),
    "a generation before the first": (
        {f"{SERVICE}/primaryKeyGeneration": 0},
        {"slipway:services.diabetes.primaryKeyGeneration": "must be 1 or more, got 0"},
    ),
    "neither true nor false": (
        {f"{SERVICE}/auth": "maybe"},
        {"slipway:services.diabetes.auth": "must be true or false, got 'maybe'"},
    ),
    "a label with underscores": (
        {f"{SERVICE}/dnsNameLabel": "a_b_c"},
        {
            "slipway:services.diabetes.dnsNameLabel": "must be 5-63 lower-case letters, digits or hyphens"
        },
    ),
    "a subnet by its name": (
        {f"{SERVICE}/subnetId": "mine"},
        {"slipway:services.diabetes.subnetId": "must be the ARM id of a subnet"},
    ),
    "a public name in a subnet": (
        {f"{SERVICE}/subnetId": SUBNET, f"{SERVICE}/dnsNameLabel": "score-it"},
        {
            "slipway:services.diabetes.dnsNameLabel": "must not be given beside subnetId: a private address "
            "has no public name, got 'score-it'"
        },
    ),
    "telemetry that goes nowhere": (
        {f"{SERVICE}/appInsights": True},
        {
            "slipway:services.diabetes.appInsights": "has no effect without "
            "slipway:workspace.applicationInsights: true"
        },
    ),
    "variables in a list": (
        {f"{SERVICE}/environment": ["A"]},
        {
            "slipway:services.diabetes.environment": "must be an object of names and texts, got ['A']"
        },
    ),
    "a variable's name with a blank": (
        {f"{SERVICE}/environment": {"a b": "1"}},
        {
            "slipway:services.diabetes.environment": "must have names of 1-63 letters, digits or "
            "underscores, beginning with a letter and not ending with an underscore, got 'a b'"
        },
    ),
    "a variable that the service sets": (
        {f"{SERVICE}/environment": {"SLIPWAY_PRIMARY_KEY": "k"}},
        {
            "slipway:services.diabetes.environment": "must not set SLIPWAY_PRIMARY_KEY: the service sets it"
        },
    ),
    "a secret variable that the service sets": (
        {
            f"{SERVICE}/secretEnvironment": {"APPLICATIONINSIGHTS_CONNECTION_STRING": "apiToken"},
            "slipway:secrets": SECRETS,
        },
        {
            "slipway:services.diabetes.secretEnvironment": "must not set "
            "APPLICATIONINSIGHTS_CONNECTION_STRING: the service sets it"
        },
    ),
    "one variable plain and secret": (
        {
            f"{SERVICE}/environment": {"API_TOKEN": "plain"},
            f"{SERVICE}/secretEnvironment": {"API_TOKEN": "apiToken"},
            "slipway:secrets": SECRETS,
        },
        {
            "slipway:services.diabetes.secretEnvironment": "must not set API_TOKEN: the plain environment "
            "sets it too"
        },
    ),
    "a certificate that cannot be read": (
        {
            f"{SERVICE}/tls": {"certificateFile": "certificate.pem", "keySecret": "apiToken"},
            "slipway:secrets": SECRETS,
        },
        {
            "slipway:services.diabetes.tls.certificateFile": "must be a file of PEM certificates, "
            "got 'certificate.pem'"
        },
    ),
    "a certificate without its key": (
        {f"{SERVICE}/tls": {"certificateFile": "certificate.pem"}},
        {
            "slipway:services.diabetes.tls.keySecret": "is missing: Name in `slipway:secrets` of the "
            "certificate's private key, PEM",
            "slipway:services.diabetes.tls.certificateFile": "must be a file of PEM certificates",
        },
    ),
    "a certified name without a certificate": (
        {f"{SERVICE}/tls": {"cname": "score.example.com"}},
        {
            "slipway:services.diabetes.tls.certificateFile": "is missing: Certificate chain, PEM",
            "slipway:services.diabetes.tls.keySecret": "is missing: Name in `slipway:secrets`",
        },
    ),
    "half a pair of keys": (
        {
            f"{SERVICE}/auth": True,
            f"{SERVICE}/keys": {"primarySecret": "apiToken"},
            "slipway:secrets": SECRETS,
        },
        {
            "slipway:services.diabetes.keys.secondarySecret": "is missing: Name in `slipway:secrets` of the "
            "secondary key; give both keys or neither"
        },
    ),
    "keys that nobody is asked for": (
        {
            f"{SERVICE}/keys": {"primarySecret": "apiToken", "secondarySecret": "apiToken"},
            "slipway:secrets": SECRETS,
        },
        {"slipway:services.diabetes.keys": "have no effect without auth: true"},
    ),
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
    # Secrets.
    "a secret that does not exist": (
        {
            f"{SERVICE}/secretEnvironment": {"A": "apiTokn", "B": "apiToken"},
            "slipway:secrets": SECRETS,
        },
        {
            "slipway:services.diabetes.secretEnvironment.A": "must be a name in slipway:secrets, got "
            "'apiTokn'; add it by `pulumi config set --secret --path slipway:secrets.apiTokn`, or did you "
            "mean apiToken?"
        },
    ),
    "a secret where there are none": (
        {f"{SERVICE}/secretEnvironment": {"A": "apiToken"}},
        {
            "slipway:services.diabetes.secretEnvironment.A": "must be a name in slipway:secrets, got "
            "'apiToken'; add it by `pulumi config set --secret --path slipway:secrets.apiToken`"
        },
    ),
    "a secret that nothing uses": (
        {"slipway:secrets": SECRETS},
        {
            "slipway:secrets.apiToken": "is used by no service: refer to it in secretEnvironment, keys or "
            "tls, or remove it by `pulumi config rm --path slipway:secrets.apiToken`"
        },
    ),
    "secrets in plain text": (
        {
            "slipway:secrets": {"apiToken": "planted-token"},
            f"{SERVICE}/secretEnvironment": {"A": "apiToken"},
        },
        {"slipway:secrets": f"must not be in plain text, got apiToken; set each again by {SET}"},
    ),
    "a key that is white space": (
        {
            "slipway:secrets": Secret({"apiToken": "planted", "blank": " \n\t"}),
            f"{SERVICE}/auth": True,
            f"{SERVICE}/keys": {"primarySecret": "blank", "secondarySecret": "apiToken"},
        },
        {"slipway:secrets.blank": "must be a text that is not empty"},
    ),
    "an empty secret": (
        {
            "slipway:secrets": Secret({"apiToken": ""}),
            f"{SERVICE}/secretEnvironment": {"A": "apiToken"},
        },
        {"slipway:secrets.apiToken": "must be a text that is not empty"},
    ),
    "secrets that are no object": (
        {"slipway:secrets": Secret("planted-token")},
        {"slipway:secrets": f"must be an object of names and secret texts; set each by {SET}"},
    ),
    "a secret anywhere else": (
        {
            "slipway:services": Secret(
                {
                    "diabetes": {
                        "target": "aci",
                        "image": "diabetes-image:1",
                        "environment": {"API_TOKEN": "planted-token"},
                    }
                }
            )
        },
        {
            "slipway:services": "must hold no secret: remove it by `pulumi config rm --path slipway:services`, "
            f"set it by {SET}, and refer to it by that name (secretEnvironment, keys, tls.keySecret)"
        },
    ),
}


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


def test_a_plain_secret_beside_encrypted_ones_is_refused(program, project, stack_file):
    stack_file(
        {"slipway:secrets": {"apiToken": {"secure": "v1:abc"}, "other": "planted", "pin": 1234}}
    )
    changes = {
        "slipway:secrets": Secret({"apiToken": "token", "other": "planted", "pin": 1234}),
        f"{SERVICE}/secretEnvironment": {"A": "apiToken", "B": "other", "C": "pin"},
    }
    with pytest.raises(SettingsError) as refusal:
        program(changed(changes))
    set_it = "must not be in plain text; set it again by `pulumi config set --secret --path slipway:secrets"
    assert refusal.value.problems == {
        "slipway:secrets.other": f"{set_it}.other`",
        "slipway:secrets.pin": f"{set_it}.pin`",
    }


def test_secrets_of_another_file_than_the_stacks_own_are_not_mistaken(program, project, stack_file):
    stack_file({"slipway:secrets": {"apiToken": "of the other file"}})
    changes = {
        "slipway:secrets": Secret({"apiToken": "encrypted there"}),
        f"{SERVICE}/secretEnvironment": {"A": "apiTokn"},
    }
    with pytest.raises(SettingsError) as refusal:
        program(changed(changes))
    assert "plain text" not in str(refusal.value)


PLANTED = {
    "azure-native:location": "planted",
    "slipway:resourceGroup": "planted.",
    "slipway:workspace": {"name": "Planted", "existing": {"id": "planted", "stack": "planted"}},
    "slipway:workspace/registrySku": "planted",
    "slipway:workspace/logRetentionDays": "planted",
    "slipway:workspace/existing": {"stack": "organization/project/test", "bogus": "planted"},
    "slipway:models/diabetes/path": "planted.bin",
    "slipway:models/diabetes/framework": ["planted"],
    f"{IMAGE}/models": ["planted", "planted:x"],
    f"{IMAGE}/entryScript": "planted.py",
    f"{IMAGE}/baseImage": "a planted image",
    f"{IMAGE}/pythonVersion": "planted",
    f"{SERVICE}": "planted",
    f"{SERVICE}/target": "planted",
    f"{SERVICE}/image": "planted",
    f"{SERVICE}/name": "planted--",
    f"{SERVICE}/cpuCores": "planted",
    f"{SERVICE}/auth": "planted",
    f"{SERVICE}/dnsNameLabel": "planted!",
    f"{SERVICE}/smokeTest": "planted",
    f"{SERVICE}/environment": {"A": ["planted"]},
    f"{SERVICE}/secretEnvironment": {"A": "planted"},
    f"{SERVICE}/tls": {
        "certificateFile": "planted.pem",
        "keySecret": "planted",
        "cname": "planted",
    },
    f"{SERVICE}/appInsights": "planted",
}


@pytest.mark.parametrize("path", PLANTED)
def test_a_secret_anywhere_else_is_never_shown(path, program, project, registered):
    (project / "planted.bin").write_bytes(b"of no known kind")
    config = changed(
        {path: PLANTED[path], **({f"{IMAGE}/entryScript": REMOVED} if "path" in path else {})}
    )
    key = path.partition("/")[0]
    with pytest.raises(SettingsError) as refusal:
        program({**config, key: Secret(config[key])})
    assert "planted" not in str(refusal.value).lower()
    assert "must hold no secret" in refusal.value.problems[key]
    assert registered == []


def test_a_script_that_asks_for_another_model_is_refused(program, project, registered):
    (project / "score.py").write_text(
        "def init():\n    Model.get_model_path('iris')\n\n\ndef run(data): return data\n"
    )
    with pytest.raises(SettingsError) as refusal:
        program(changed({}))
    assert refusal.value.problems == {
        "slipway:images.diabetes-image.entryScript": "asks for the model 'iris' (get_model_path), which the "
        "image does not hold: it has diabetes; register the model as slipway:models.iris, or ask for one of these"
    }
    assert registered == []


def test_nothing_is_said_of_what_a_script_asks_for_where_the_models_are_wrong(program, project):
    (project / "score.py").write_text(
        "def init():\n    Model.get_model_path('diabetes')\n\n\ndef run(data): return data\n"
    )
    with pytest.raises(SettingsError) as refusal:
        program(changed({f"{IMAGE}/models": ["dia betes"]}))
    assert refusal.value.problems.keys() == {"slipway:images.diabetes-image.models[0]"}
    assert "stand-in" not in str(refusal.value)


def test_secrets_elsewhere_are_named_by_the_keys_that_hold_them(
    program, project, registered, stack_file
):
    stack_file(
        """
config:
  slipway:services:
    diabetes:
      target: aci
      image: diabetes-image:1
      environment: {API_TOKEN: {secure: v1:x}, "a.b": {secure: v1:y}, MODE: fast}
      smokeTest: {request: {data: [1, {secure: v1:z}]}}
"""
    )
    services = {
        "diabetes": {
            "target": "aci",
            "image": "diabetes-image:1",
            "environment": {"API_TOKEN": "planted", "a.b": "planted", "MODE": "fast"},
            "smokeTest": {"request": {"data": [1, "planted"]}},
        }
    }
    with pytest.raises(SettingsError) as refusal:
        program(changed({"slipway:services": Secret(services)}))
    key = "slipway:services.diabetes"
    assert {each for each, why in refusal.value.problems.items() if "no secret" in why} == {
        f"{key}.environment.API_TOKEN",
        f'{key}.environment["a.b"]',
        f"{key}.smokeTest.request.data[1]",
    }
    told = refusal.value.problems[f'{key}.environment["a.b"]']
    assert f"`pulumi config rm --path '{key}.environment[\"a.b\"]'`" in told
    assert "planted" not in str(refusal.value)
    assert registered == []


def test_a_certificate_its_key_and_its_name_belong_together(program, project, registered):
    import trustme

    own, other = (trustme.CA().issue_cert("score.example.com") for _ in range(2))
    own.cert_chain_pems[0].write_to_path(str(project / "own.pem"))
    tls = {"certificateFile": "own.pem", "keySecret": "key", "cname": "other.example.com"}
    key = other.private_key_pem.bytes().decode()
    with pytest.raises(SettingsError) as refusal:
        program(changed({f"{SERVICE}/tls": tls, "slipway:secrets": Secret({"key": key})}))
    assert refusal.value.problems == {
        "slipway:services.diabetes.tls.cname": "must be a name in the certificate, got "
        "'other.example.com'; it is for score.example.com",
        "slipway:services.diabetes.tls.keySecret": "must be the key of the certificate, which "
        "slipway:secrets.key is not",
    }
    assert key not in str(refusal.value)
    assert registered == []


def test_a_certified_name_is_a_name(program, project):
    import trustme

    own = trustme.CA().issue_cert("score.example.com")
    own.cert_chain_pems[0].write_to_path(str(project / "own.pem"))
    tls = {"certificateFile": "own.pem", "keySecret": "key", "cname": ""}
    secrets = Secret({"key": own.private_key_pem.bytes().decode()})
    with pytest.raises(SettingsError) as refusal:
        program(changed({f"{SERVICE}/tls": tls, "slipway:secrets": secrets}))
    assert refusal.value.problems == {
        "slipway:services.diabetes.tls.cname": "must be a DNS name such as score.example.com, got ''"
    }


def test_many_problems_of_one_file_are_one_a_line(program, project):
    (project / "odd.yml").write_text("dependencies: [thing, other-thing, '-r x']\n")
    with pytest.raises(SettingsError) as refusal:
        program(changed({f"{IMAGE}/condaFile": "odd.yml"}))
    first, *lines = refusal.value.problems["slipway:images.diabetes-image.condaFile"].splitlines()
    assert first == "must be a conda environment file, got 'odd.yml', with 3 problems:"
    assert [line.split(": ")[1] for line in lines] == [
        "dependencies[0]",
        "dependencies[1]",
        "dependencies[2]",
    ]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["pipe", "socket", "folder"])
@pytest.mark.parametrize(
    ("path", "ending"),
    [
        ("slipway:models/diabetes/path", ".pkl"),
        (f"{IMAGE}/entryScript", ".py"),
        (f"{IMAGE}/condaFile", ".yml"),
        (f"{SERVICE}/smokeTest/requestFile", ".json"),
        (f"{SERVICE}/tls/certificateFile", ".pem"),
    ],
)
def test_what_is_no_file_is_refused_and_not_waited_for(path, ending, kind, program, project):
    place = project / f"given{ending}"
    if kind == "folder":
        if "models" in path:
            pytest.skip("a folder may be a model")
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(place))
    with pytest.raises(SettingsError) as refusal:
        program(changed({path: place.name}))
    key = path.replace("/", ".")
    assert "given" in refusal.value.problems[key]
    assert "file" in refusal.value.problems[key]
