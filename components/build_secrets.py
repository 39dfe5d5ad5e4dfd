"""What an image build may need to know of this machine, and no layer may hold."""

import os
from pathlib import Path

import pulumi

from slipway.imagebuild.build_secrets import build_secrets

# Always given, if empty: docker-build only overlooks a changed secret that both sides have, and
# whether a machine has its own authority must not be a change of the image.
NAMES = ("ca_bundle", "pip_conf")


def machine_secrets() -> dict[str, pulumi.Output[str]]:
    """Authorities of `SSL_CERT_FILE` and indexes of `PIP_CONFIG_FILE`, as build secrets.

    Raises `imagebuild.errors.BuildInputError`.
    """
    found = build_secrets(ca_bundle=_file("SSL_CERT_FILE"), pip_conf=_file("PIP_CONFIG_FILE"))
    return {name: pulumi.Output.secret(found.get(name, "")) for name in NAMES}


def _file(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None
