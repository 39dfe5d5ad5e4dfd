import pytest

from components.aci_service import AciServiceArgs


@pytest.fixture
def aci_arguments():
    """The arguments of a service, with what a test changes."""

    def make(**changes):
        return AciServiceArgs(
            **{
                "service_name": "diabetes",
                "location": "westeurope",
                "resource_group": "rg",
                "image": "reg.azurecr.io/images/diabetes-image@sha256:" + "a" * 64,
                "image_id": "diabetes-image:7",
                "registry": "reg.azurecr.io",
                "pull_identity": "/identity",
                "dns_name_label": "diabetes-dev",
                **changes,
            }
        )

    return make
