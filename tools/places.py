"""Where the toolchain lives: outside the tree, keyed by what is in it."""

import os
from pathlib import Path

from rehearsal.golang.sources import digest
from tools.version import wanted, yaml_host

SOURCES = Path(__file__).parent / "pulumi"
YAML_SOURCES = Path(__file__).parent / "pulumi-yaml"
KUBERNETES_SOURCES = Path(__file__).parent / "pulumi-kubernetes"
KUBELOGIN_SOURCES = Path(__file__).parent / "azure-kubelogin"
CLI = "pulumi"
HOST = "pulumi-language-python"
EXECUTOR = "pulumi-language-python-exec"
SDK_GENERATOR = "sdkgen"
YAML_HOST = "pulumi-language-yaml"


def cache() -> Path:
    """`$XDG_CACHE_HOME/slipway/toolchain`."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "slipway" / "toolchain"


def release_folder() -> Path:
    """What the vendor ships for the wanted release."""
    return cache() / f"pulumi-{wanted()}"


def build_folder() -> Path:
    """What is built here: the release, and the state of our own language host's sources."""
    return cache() / f"pulumi-{wanted()}-{digest(SOURCES)}"


def yaml_folder() -> Path:
    """The language host for YAML that is built here."""
    return cache() / f"pulumi-yaml-{yaml_host()}-{digest(YAML_SOURCES)}"


def kubernetes_provider_folder() -> Path:
    """The Kubernetes provider that is built here."""
    return cache() / f"pulumi-kubernetes-{digest(KUBERNETES_SOURCES)}"


def kubelogin_folder() -> Path:
    """The kubelogin that is built here."""
    return cache() / f"kubelogin-{digest(KUBELOGIN_SOURCES)}"
