"""The secrets of an image build: pip's configuration and a private authority, never part of a layer."""

import configparser
import io
from pathlib import Path

from slipway.imagebuild.errors import BuildInputError

_CA_IN_BUILD = "/run/secrets/ca_bundle"


def build_secrets(ca_bundle: Path | None = None, pip_conf: Path | None = None) -> dict[str, str]:
    """The `secrets` of the image build, empty when neither is wanted.

    `ca_bundle` is a PEM file of authorities to trust (networks that re-sign TLS); `pip_conf` a pip configuration
    with indexes and their credentials. Raises BuildInputError.
    """
    configuration = configparser.ConfigParser(interpolation=None)
    if pip_conf is not None:
        _read(configuration, pip_conf)
    secrets: dict[str, str] = {}
    if ca_bundle is not None:
        secrets["ca_bundle"] = _pem(ca_bundle)
        if not configuration.has_section("global"):
            configuration.add_section("global")
        configuration.set("global", "cert", _CA_IN_BUILD)
    if configuration.sections():
        text = io.StringIO()
        configuration.write(text)
        secrets["pip_conf"] = text.getvalue()
    return secrets


def _read(configuration: configparser.ConfigParser, path: Path) -> None:
    try:
        configuration.read_string(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        # The parser's own message quotes the line, which may hold a password.
        raise BuildInputError({"pip_conf": f"{path} is no readable pip configuration"}) from None


def _pem(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii", errors="ignore")
    except OSError:
        text = ""
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise BuildInputError({"ca_bundle": f"{path} holds no PEM certificate"})
    return text
