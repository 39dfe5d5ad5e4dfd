"""Who may score, and certificates; both change while the server runs."""

import datetime
import json
import os
import ssl
import time

import httpx
import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

ECHO = "import os\ndef init(): pass\ndef run(data): return [data, os.environ.get('SLIPWAY_PRIMARY_KEY')]\n"


def bearer(key):
    return {"authorization": f"Bearer {key}"}


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def replace(path, content):
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def test_either_key_scores_and_nothing_else(serving):
    server = serving(ECHO, SLIPWAY_PRIMARY_KEY="first", SLIPWAY_SECONDARY_KEY="second")
    assert server.score(b"a", headers=bearer("first")).json() == ["a", None]
    assert server.score(b"a", headers=bearer("second")).status_code == 200
    for headers, why in [
        ({}, "key_auth_bad_header_forbidden"),
        (bearer("third"), "key_auth_access_denied"),
        ({"authorization": "Bearer"}, "key_auth_bad_header_forbidden"),
        ({"authorization": "Basic first"}, "key_auth_bad_header_forbidden"),
    ]:
        refused = server.score(b"a", headers=headers)
        assert (refused.status_code, refused.text) == (401, why)
        assert refused.headers["www-authenticate"] == "Bearer"
    assert server.ask("GET", "/").text == "Healthy"
    assert server.ask("GET", "/swagger.json").status_code == 401
    server.stop()
    assert "first" not in server.log.read_text()


def test_a_browsers_preflight_needs_no_key(serving):
    server = serving(ECHO, SLIPWAY_PRIMARY_KEY="k", AML_CORS_ORIGINS="http://a.example")
    asked = {"origin": "http://a.example", "access-control-request-method": "POST"}
    assert (
        server.ask("OPTIONS", "/score", headers=asked).headers["access-control-allow-methods"]
        == "GET, POST"
    )
    assert server.ask("OPTIONS", "/score").status_code == 401


def test_keys_in_files_are_rotated_without_a_restart(serving, tmp_path):
    file = tmp_path / "key"
    file.write_text("old\n")
    server = serving(ECHO, SLIPWAY_PRIMARY_KEY_FILE=str(file))
    assert server.score(b"", headers=bearer("old")).status_code == 200
    replace(file, b"new")
    until(lambda: server.score(b"", headers=bearer("new")).status_code == 200)
    assert server.score(b"", headers=bearer("old")).status_code == 401
    replace(file, b"")
    server.wait_for("it is empty")
    assert server.score(b"", headers=bearer("new")).status_code == 200


def test_a_key_file_that_is_missing_is_refused_at_the_start(serving, tmp_path):
    server = serving(ECHO, ready=False, SLIPWAY_PRIMARY_KEY_FILE=str(tmp_path / "none"))
    assert server.process.wait(60) == 2
    assert "SLIPWAY_PRIMARY_KEY_FILE" in server.messages()[-1]


def test_a_key_file_that_is_not_text_is_refused_at_the_start(serving, tmp_path):
    (tmp_path / "key").write_bytes(b"planted\xff")
    server = serving(ECHO, ready=False, SLIPWAY_PRIMARY_KEY_FILE=str(tmp_path / "key"))
    assert server.process.wait(60) == 2
    (said,) = server.messages()
    assert "cannot be used: it is not text in UTF-8" in said
    assert "planted" not in said


def test_a_key_that_is_not_utf_8_lets_nobody_in(serving):
    server = serving(ECHO, SLIPWAY_PRIMARY_KEY=os.fsdecode(b"planted\xff"))
    assert server.score(b"a", headers=bearer("planted")).status_code == 401


@pytest.mark.parametrize(
    "variables",
    [
        {"SLIPWAY_PRIMARY_KEY": ""},
        {"SLIPWAY_PRIMARY_KEY": "good", "SLIPWAY_SECONDARY_KEY": " \n\t"},
        {"SLIPWAY_PRIMARY_KEY_FILE": ""},
        {"SLIPWAY_SECONDARY_KEY_FILE": "  "},
    ],
)
def test_a_blank_key_never_opens_the_server(serving, variables):
    server = serving(ECHO, ready=False, **variables)
    assert server.process.wait(60) == 2
    (said,) = server.messages()
    assert said.startswith(f"{[*variables][-1]} must not be empty"), said
    assert "good" not in said


def test_a_blank_key_in_the_folder_of_secrets_never_opens_the_server(serving, tmp_path):
    (tmp_path / "secrets").mkdir()
    for name in ("SLIPWAY_PRIMARY_KEY", "SLIPWAY_SECONDARY_KEY"):
        (tmp_path / "secrets" / name).write_bytes(b" \n")
    server = serving(ECHO, "--secrets", str(tmp_path / "secrets"), ready=False)
    assert server.process.wait(60) == 2
    (said,) = server.messages()
    assert said.startswith("SLIPWAY_PRIMARY_KEY and SLIPWAY_SECONDARY_KEY must not be empty")


@pytest.mark.parametrize("given", ["", " \n"])
def test_blank_settings_of_tokens_never_open_the_server(serving, given):
    names = ("SLIPWAY_JWT_JWKS", "SLIPWAY_JWT_ISSUER", "SLIPWAY_JWT_AUDIENCE")
    server = serving(ECHO, ready=False, **dict.fromkeys(names, given))
    assert server.process.wait(60) == 2
    assert server.messages()[-1].startswith(f"Tokens need {' and '.join(names)} too")


def signed(private, **claims):
    whole = {
        "iss": "https://issuer.example",
        "aud": "scoring",
        "exp": int(time.time()) + 60,
        **claims,
    }
    return jwt.encode(whole, private, algorithm="RS256", headers={"kid": "1"})


def test_tokens_are_checked_in_every_part(serving, tmp_path):
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    published = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key()))
    (tmp_path / "jwks.json").write_text(
        json.dumps({"keys": [{**published, "kid": "1", "use": "sig"}]})
    )
    server = serving(
        ECHO,
        SLIPWAY_JWT_JWKS=str(tmp_path / "jwks.json"),
        SLIPWAY_JWT_ISSUER="https://issuer.example",
        SLIPWAY_JWT_AUDIENCE="scoring",
        SLIPWAY_PRIMARY_KEY="k",
    )
    assert server.score(b"", headers=bearer(signed(private))).status_code == 200
    assert server.score(b"", headers=bearer("k")).status_code == 200
    for token in (
        signed(other),
        signed(private, aud="other"),
        signed(private, iss="other"),
        signed(private, exp=1),
        "a.b.c",
        jwt.encode({"aud": "scoring"}, key="", algorithm="none"),
    ):
        assert server.score(b"", headers=bearer(token)).status_code == 401


@pytest.fixture
def certificate(tmp_path):
    """Writes a self-signed certificate for a name; returns the files."""

    def make(name, form=serialization.PrivateFormat.PKCS8):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.UTC)
        signed = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        replace(tmp_path / "key.pem", key.private_bytes(pem, form, serialization.NoEncryption()))
        replace(tmp_path / "cert.pem", signed.public_bytes(pem))
        return tmp_path / "cert.pem", tmp_path / "key.pem"

    return make


def shown_name(server):
    host, port = server.url.removeprefix("https://").split(":")
    pem = ssl.get_server_certificate((host, int(port)))
    return (
        x509.load_pem_x509_certificate(pem.encode())
        .subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0]
        .value
    )


def test_certificates_are_replaced_under_open_connections(serving, certificate):
    cert, key = certificate("one")
    server = serving(ECHO, "--tls-cert", cert, "--tls-key", key)
    context = ssl._create_unverified_context()
    with httpx.Client(verify=context, timeout=30) as kept:
        assert kept.post(server.url + "/score", content=b"a").json()[0] == "a"
        assert shown_name(server) == "one"
        certificate("two")
        until(lambda: shown_name(server) == "two")
        assert kept.post(server.url + "/score", content=b"b").json()[0] == "b"
        assert kept.post(server.url + "/score", content=b"c").json()[0] == "c"
    # A certificate that does not fit its key is not taken.
    replace(cert, b"nonsense")
    server.wait_for("cannot be used together")
    assert shown_name(server) == "two"
    assert server.stop() == 0


def test_a_key_of_the_wrong_form_is_refused_with_the_remedy(serving, certificate):
    cert, key = certificate("one", serialization.PrivateFormat.TraditionalOpenSSL)
    server = serving(ECHO, "--tls-cert", cert, "--tls-key", key, ready=False)
    assert server.process.wait(60) == 2
    assert "openssl pkcs8 -topk8" in server.messages()[-1]
