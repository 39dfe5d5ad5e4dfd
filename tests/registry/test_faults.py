"""What a user reads when the registry cannot be used."""

import socket

import pytest

from slipway.registry.client import RegistryClient
from slipway.registry.errors import RegistryError


class Caller:
    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_: str, **__: object):
        from azure.core.credentials import AccessToken

        return AccessToken(self._token, 2**31)


@pytest.fixture
def model_file(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(b"content")
    return path


def test_a_registry_that_is_down_is_one_sentence(azure, model_file):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(
        RegistryError, match=r"does not answer \(connection refused\): check"
    ) as told:
        RegistryClient(f"localhost:{port}").models.register("diabetes", model_file)
    assert "\n" not in str(told.value)


def test_somebody_without_a_role_is_told_which(azure, model_file):
    client = RegistryClient(azure.login_server, Caller(azure.tokens["nobody"]))
    with pytest.raises(RegistryError, match="AcrPush"):
        client.models.register("diabetes", model_file)


def test_who_may_only_pull_cannot_register(azure, model_file):
    client = RegistryClient(azure.login_server, Caller(azure.tokens["puller"]))
    with pytest.raises(RegistryError, match="AcrPush"):
        client.models.register("diabetes", model_file)


def test_who_may_push_can_register(azure, model_file):
    client = RegistryClient(azure.login_server, Caller(azure.tokens["pusher"]))
    assert client.models.register("pushed", model_file).version == 1


def test_a_wrong_client_secret_is_one_sentence(azure, model_file, monkeypatch):
    monkeypatch.setenv("ARM_CLIENT_SECRET", "wrong")
    with pytest.raises(RegistryError, match="No token for the registry") as told:
        RegistryClient(azure.login_server).models.register("diabetes", model_file)
    assert "\n" not in str(told.value)
    assert "wrong" not in str(told.value)
