"""A cluster of the user's in place of the node: named by a kubeconfig and a context, asked once, never changed."""

import ssl
from base64 import b64decode
from pathlib import Path
from typing import Any

import urllib3
import yaml

from rehearsal.cluster import node
from rehearsal.cluster.errors import ClusterError
from rehearsal.cluster.node import Node
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.machine.own_command import advice

_SECONDS = 10.0


def use(cluster: ClusterPlaces, kubeconfig: Path | None, context: str | None) -> Node:
    """Note that this cluster is used, once it has said its version. Raises ClusterError."""
    if kubeconfig is None or context is None:
        missing = "--kubeconfig" if kubeconfig is None else "--context"
        raise ClusterError(
            f"A cluster of yours is named by --kubeconfig and --context: {missing} is missing."
        )
    running = node.known(cluster)
    if running and running.own:
        raise ClusterError(f"The node of this machine runs: run {advice('cluster stop')} first.")
    version = _version(_cluster(kubeconfig, context), kubeconfig, context)
    node.keep(cluster, kubeconfig.resolve(), context, version, own=False)
    return Node(kubeconfig.resolve(), context, version, own=False)


def _cluster(kubeconfig: Path, context: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
        contexts = {one["name"]: one["context"] for one in content["contexts"]}
        clusters = {one["name"]: one["cluster"] for one in content["clusters"]}
    except (OSError, ValueError, yaml.YAMLError, TypeError, KeyError) as error:
        raise ClusterError(f"{kubeconfig} is no kubeconfig that can be read: {error}") from None
    if context not in contexts:
        raise ClusterError(
            f"{kubeconfig} has no context {context!r}, only {', '.join(sorted(contexts)) or 'none'}."
        )
    found: dict[str, Any] = clusters.get(contexts[context].get("cluster"), {})
    if not found.get("server"):
        raise ClusterError(f"The context {context!r} of {kubeconfig} leads to no server.")
    return found


def _version(cluster: dict[str, Any], kubeconfig: Path, context: str) -> str:
    """/version is everybody's to ask."""
    pool = urllib3.PoolManager(
        ssl_context=_trust(cluster, kubeconfig), timeout=_SECONDS, retries=False
    )
    try:
        answer = pool.request("GET", f"{cluster['server']}/version")
        return str(answer.json()["gitVersion"]).removeprefix("v")
    except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError) as error:
        raise ClusterError(
            f"{cluster['server']}, where the context {context!r} leads, did not say its version: {error}"
        ) from None


def _trust(cluster: dict[str, Any], kubeconfig: Path) -> ssl.SSLContext:
    if cluster.get("insecure-skip-tls-verify"):
        raise ClusterError(
            "A cluster whose certificate is not checked (insecure-skip-tls-verify) is not used."
        )
    try:
        if data := cluster.get("certificate-authority-data"):
            return ssl.create_default_context(cadata=b64decode(data).decode("ascii"))
        if file := cluster.get("certificate-authority"):
            return ssl.create_default_context(cafile=str(kubeconfig.parent / file))
    except (OSError, ValueError) as error:
        raise ClusterError(f"The authority in {kubeconfig} cannot be read: {error}") from None
    return ssl.create_default_context()
