"""What a user reads when the registry cannot be used."""

import socket
from collections import Counter

import pytest
import requests

from slipway.cloud.waits import VARIABLE
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


@pytest.fixture
def busy(monkeypatch):
    """Answers the first requests of each kind with 503 instead of what the registry answered: after the fact."""
    monkeypatch.setenv(VARIABLE, "0,0,0")
    sent, answers = requests.Session.request, Counter()

    def request(session, method, url, **more):
        answer = sent(session, method, url, **more)
        kind = (method, url.partition("?")[0].rpartition("/")[0])
        answers[kind] += 1
        if answers[kind] <= busy_times and answer.status_code < 400:
            answer.status_code = 503
        return answer

    busy_times = 2
    monkeypatch.setattr(requests.Session, "request", request)
    return answers


def test_a_registry_that_is_busy_for_a_while_is_asked_again(azure, busy):
    models = RegistryClient(azure.login_server).models
    assert models.list("nothing-of-that-name") == []
    assert max(busy.values()) > 2


def test_a_registry_that_stays_busy_is_told_with_its_answer(azure, monkeypatch):
    monkeypatch.setenv(VARIABLE, "0,0")
    sent = requests.Session.request

    def request(session, method, url, **more):
        answer = sent(session, method, url, **more)
        answer.status_code = 503
        return answer

    monkeypatch.setattr(requests.Session, "request", request)
    with pytest.raises(RegistryError, match="refused the request with 503") as told:
        RegistryClient(azure.login_server).models.list()
    assert "\n" not in str(told.value)
