"""Private indexes and authorities reach the build as secrets."""

import configparser

import pytest

from slipway.imagebuild.build_secrets import build_secrets
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.indexes import Indexes

PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def test_pip_is_told_of_indexes_and_authority(tmp_path):
    bundle = tmp_path / "ca.pem"
    bundle.write_text(PEM)
    extra = ("https://a.example/simple", "https://b.example/simple")
    secrets = build_secrets(
        Indexes(default="https://user:pa%%ss@index.example/simple", extra=extra, authorities=bundle)
    )
    assert secrets["ca_bundle"] == PEM
    # As pip reads it.
    told = configparser.RawConfigParser()
    told.read_string(secrets["pip_conf"])
    assert told["global"]["cert"] == "/run/secrets/ca_bundle"
    assert told["global"]["index-url"] == "https://user:pa%%ss@index.example/simple"
    assert tuple(told["global"]["extra-index-url"].split()) == extra


def test_without_either_there_is_no_secret():
    assert build_secrets(Indexes()) == {}


def test_a_file_without_a_certificate_is_refused(tmp_path):
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(BuildInputError, match="no PEM certificate"):
        build_secrets(Indexes(authorities=tmp_path / "ca.pem"))
