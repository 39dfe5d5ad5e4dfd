"""Keys of the whole stack."""

from pytest_pulumi.wire import Secret
from tests.harness.configurations import REMOVED
from tests.stacks.refusals.words import Cases

CASES: Cases = {
    "no location": (
        {"azure-native:location": REMOVED},
        {"azure-native:location": "is missing: Azure region of everything that the stack creates"},
    ),
    "a region that does not exist": (
        {"azure-native:location": "westeurop"},
        {
            "azure-native:location": "must be a region of Azure, got 'westeurop'; "
            "did you mean westeurope, westus or westus3?"
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
}
