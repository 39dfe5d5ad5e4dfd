"""Which Azure it is, and who the caller is there."""

import pytest

from slipway.cloud.credential import credential, subscription_id
from slipway.cloud.environment import discover
from slipway.cloud.errors import CloudError
from slipway.cloud.registries import registries

VARIABLES = (
    "ARM_METADATA_HOSTNAME",
    "ARM_ENVIRONMENT",
    "ARM_TENANT_ID",
    "ARM_CLIENT_ID",
    "ARM_CLIENT_SECRET",
    "ARM_SUBSCRIPTION_ID",
    "AZURE_SUBSCRIPTION_ID",
    "ARM_USE_OIDC",
    "ARM_USE_MSI",
    "ARM_OIDC_TOKEN",
    "ARM_OIDC_TOKEN_FILE_PATH",
    "ARM_OIDC_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
)


@pytest.fixture
def nothing_set(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_without_variables_it_is_the_public_cloud(nothing_set):
    found = discover()
    assert found.resource_manager == "https://management.azure.com"
    assert found.acr_audience == "https://containerregistry.azure.net"


def test_a_sovereign_cloud_is_known_by_name(nothing_set, monkeypatch):
    monkeypatch.setenv("ARM_ENVIRONMENT", "usgovernment")
    assert discover().authority == "https://login.microsoftonline.us"
    monkeypatch.setenv("ARM_ENVIRONMENT", "mars")
    with pytest.raises(CloudError, match="must be one of public, usgovernment, china, got 'mars'"):
        discover()


def test_a_cloud_describes_itself(azure):
    found = discover()
    host = azure.environment["ARM_METADATA_HOSTNAME"]
    assert found.resource_manager == found.authority == f"https://{host}"
    assert found.acr_audience == found.audience == "https://management.azure.com"


def test_a_client_secret_gives_a_token_for_arm(azure):
    token = credential().get_token(f"{discover().audience}/.default")
    assert token.token.count(".") == 2


def test_arm_lists_the_registries(azure):
    assert list(registries().values()) == [azure.login_server]


def test_a_metadata_host_that_does_not_answer_is_one_sentence(nothing_set, monkeypatch):
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", "localhost:1")
    with pytest.raises(CloudError, match=r"ARM_METADATA_HOSTNAME \(localhost:1\) does not answer"):
        discover()


def test_half_a_client_secret_is_refused_by_the_missing_variable(nothing_set, monkeypatch):
    monkeypatch.setenv("ARM_CLIENT_SECRET", "s3cret")
    with pytest.raises(CloudError, match="ARM_TENANT_ID is not set") as told:
        credential()
    assert "s3cret" not in str(told.value)


def test_oidc_without_a_token_is_refused(nothing_set, monkeypatch):
    for name in ("ARM_TENANT_ID", "ARM_CLIENT_ID"):
        monkeypatch.setenv(name, "00000000-0000-4000-8000-000000000000")
    monkeypatch.setenv("ARM_USE_OIDC", "true")
    with pytest.raises(CloudError, match="no identity token"):
        credential()


def test_the_subscription_is_the_one_that_is_set(nothing_set, monkeypatch, tmp_path):
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", "here")
    assert subscription_id() == "here"
    monkeypatch.delenv("ARM_SUBSCRIPTION_ID")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CloudError, match="set ARM_SUBSCRIPTION_ID, or run `az login`"):
        subscription_id()
