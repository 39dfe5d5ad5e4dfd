"""Certificates, keys and names that belong together, on a day."""

from datetime import UTC, datetime, timedelta

import pytest
import trustme

from slipway.rules.certificates import as_served, chain_problems, key_problem, name_problem

ROOT = trustme.CA()
MIDDLE = ROOT.create_child_ca()
OWN = MIDDLE.issue_cert("score.example.com", "*.wild.example.com")
NOW = datetime.now(UTC)
LEAF = OWN.cert_chain_pems[0].bytes().decode()
CHAIN = "".join(pem.bytes().decode() for pem in OWN.cert_chain_pems)
KEY = OWN.private_key_pem.bytes().decode()


def test_a_chain_in_order_is_accepted():
    assert CHAIN.count("BEGIN CERTIFICATE") > 1
    assert list(chain_problems(CHAIN, NOW)) == list(chain_problems(LEAF, NOW)) == []


def test_a_chain_in_another_order_is_refused():
    first, *rest = OWN.cert_chain_pems
    turned = "".join(pem.bytes().decode() for pem in (*rest, first))
    (why,) = chain_problems(turned, NOW)
    assert why.startswith(
        "must hold the service's own certificate first and after each its issuer, got "
    )


def test_a_certificate_of_another_authority_behind_it_is_refused():
    assert list(chain_problems(LEAF + trustme.CA().cert_pem.bytes().decode(), NOW))


def test_what_is_over_or_has_not_begun_is_refused_with_the_day():
    over = ROOT.issue_cert("a.example.com", not_after=NOW - timedelta(days=1))
    (why,) = chain_problems(over.cert_chain_pems[0].bytes().decode(), NOW)
    assert f"expired on {NOW - timedelta(days=1):%Y-%m-%d}" in why
    (why,) = chain_problems(LEAF, datetime(1999, 1, 1, tzinfo=UTC))
    assert why.endswith(" on")


def test_what_is_no_certificate_is_refused():
    assert list(chain_problems("-----BEGIN CERTIFICATE-----", NOW)) == [
        "must be a file of PEM certificates"
    ]
    assert name_problem("", "a.example.com") is None
    assert key_problem("", KEY) is None


@pytest.mark.parametrize("name", ["score.example.com", "SCORE.example.com", "a.wild.example.com"])
def test_names_that_it_covers(name):
    assert name_problem(CHAIN, name) is None


@pytest.mark.parametrize(
    "name", ["other.example.com", "a.b.wild.example.com", "wild.example.com", "a"]
)
def test_names_that_it_does_not_cover_are_told_with_those_it_does(name):
    assert name_problem(CHAIN, name) == (
        f"must be a name in the certificate, got {name!r}; it is for score.example.com, *.wild.example.com"
    )


def test_its_key_is_accepted():
    assert key_problem(CHAIN, KEY) is None


def test_another_key_is_refused_and_never_shown():
    other = ROOT.issue_cert("score.example.com").private_key_pem.bytes().decode()
    assert key_problem(CHAIN, other) == "must be the key of the certificate"
    assert key_problem(CHAIN, "planted") == "must be a private key in PEM"


def test_a_key_with_a_password_is_refused():
    from cryptography.hazmat.primitives import serialization as s

    key = s.load_pem_private_key(KEY.encode(), None)
    sealed = key.private_bytes(
        s.Encoding.PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(b"planted")
    ).decode()
    assert key_problem(CHAIN, sealed) == "must be a private key without a password"


@pytest.mark.parametrize("form", ["TraditionalOpenSSL", "PKCS8"])
def test_a_key_in_any_form_is_served_as_the_one_that_the_server_takes(form):
    from cryptography.hazmat.primitives import serialization as s

    key = s.load_pem_private_key(KEY.encode(), None)
    given = key.private_bytes(
        s.Encoding.PEM, getattr(s.PrivateFormat, form), s.NoEncryption()
    ).decode()
    assert key_problem(CHAIN, given) is None
    served = as_served(given)
    assert served.startswith("-----BEGIN PRIVATE KEY-----\n")
    assert key_problem(CHAIN, served) is None
    assert as_served(served) == served
    assert as_served("planted") == "planted"
