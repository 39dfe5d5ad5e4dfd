"""Private indexes and authorities reach the build as secrets."""

import pytest

from slipway.imagebuild.build_secrets import build_secrets
from slipway.imagebuild.errors import BuildInputError

PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def test_the_authority_is_named_in_pips_configuration(tmp_path):
    bundle, conf = tmp_path / "ca.pem", tmp_path / "pip.conf"
    bundle.write_text(PEM)
    conf.write_text("[global]\nindex-url = https://user:pa%%ss@index.example/simple\n")
    secrets = build_secrets(bundle, conf)
    assert secrets["ca_bundle"] == PEM
    assert "cert = /run/secrets/ca_bundle" in secrets["pip_conf"]
    assert "user:pa%%ss@index.example" in secrets["pip_conf"]
    assert build_secrets() == {}


def test_a_broken_configuration_is_refused_without_showing_it(tmp_path):
    conf = tmp_path / "pip.conf"
    conf.write_text("index-url = https://user:hunter2@index.example\n")
    with pytest.raises(BuildInputError) as refusal:
        build_secrets(pip_conf=conf)
    assert "hunter2" not in str(refusal.value)


def test_a_file_without_a_certificate_is_refused(tmp_path):
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(BuildInputError, match="no PEM certificate"):
        build_secrets(ca_bundle=tmp_path / "ca.pem")
