"""What is wrong with a service."""

from tests.harness.configurations import REMOVED
from tests.stacks.refusals.words import SECRETS, SERVICE, SUBNET, Cases

CASES: Cases = {
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
            "slipway:services.diabetes.image": "must be an image in slipway:images, or one of the "
            "registry with its version, got 'diabetes-imag:latest'; did you mean diabetes-image?"
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
    "a request that is cut off": (
        {f"{SERVICE}/smokeTest": {"request": '{"data": [[1, 2'}},
        {
            "slipway:services.diabetes.smokeTest.request": "begins as JSON does and is not JSON (Expecting ',' "
            "delimiter, line 1 column 16), got '{\"data\": [[1, 2'"
        },
    ),
    "an answer that cannot be": (
        {f"{SERVICE}/smokeTest": {"request": "plain text", "expected": "[1,]"}},
        {"slipway:services.diabetes.smokeTest.expected": "begins as JSON does and is not JSON ("},
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
}
