"""The secrets of an image build: pip's configuration and a private authority, never part of a layer."""

import configparser
import io
from pathlib import Path

from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.indexes import Indexes

_CA_IN_BUILD = "/run/secrets/ca_bundle"


def build_secrets(indexes: Indexes) -> dict[str, str]:
    """The `secrets` of the image build: `pip_conf` and `ca_bundle`, where they are wanted. Raises BuildInputError."""
    options, secrets = indexes.pip_options(), dict[str, str]()
    if indexes.authorities is not None:
        secrets["ca_bundle"] = _pem(indexes.authorities)
        options["cert"] = _CA_IN_BUILD
    if options:
        configuration = configparser.RawConfigParser()
        configuration.read_dict({"global": options})
        text = io.StringIO()
        configuration.write(text)
        secrets["pip_conf"] = text.getvalue()
    return secrets


def _pem(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii", errors="ignore")
    except OSError:
        text = ""
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise BuildInputError({"ca_bundle": f"{path} holds no PEM certificate"})
    return text
