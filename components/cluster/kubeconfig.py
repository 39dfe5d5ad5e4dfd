"""A kubeconfig that asks nobody: Azure's own would ask for a code in a browser, and hang where nobody sits."""

import base64
import os
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_azure_native as azure
import yaml

_SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""Entra's application of every AKS API server, for which tokens are made."""


def login_arguments(environment: Mapping[str, str] = os.environ) -> list[str]:
    """How kubelogin signs in: as azure-native does, by the variables that it reads."""
    if environment.get("ARM_CLIENT_ID") and environment.get("ARM_CLIENT_SECRET"):
        return ["--login", "spn", "--use-azurerm-env-vars"]
    if _on(environment, "ARM_USE_OIDC"):
        return ["--login", "workloadidentity", "--use-azurerm-env-vars"]
    if _on(environment, "ARM_USE_MSI"):
        client = environment.get("ARM_CLIENT_ID")
        return ["--login", "msi", *(["--client-id", client] if client else [])]
    return ["--login", "azurecli"]


def _on(environment: Mapping[str, str], name: str) -> bool:
    return environment.get(name, "").lower() in ("1", "true")


def non_interactive(kubeconfig: str, environment: Mapping[str, str] = os.environ) -> str:
    """The kubeconfig, whose users sign in by kubelogin with no question. Certificates and tokens stay as they are."""
    content: dict[str, Any] = yaml.safe_load(kubeconfig)
    for user in content.get("users", []):
        if "exec" in user.get("user", {}):
            user["user"] = {"exec": _kubelogin(user["user"]["exec"], environment)}
    return yaml.safe_dump(content, sort_keys=False)


def _kubelogin(given: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": given.get("apiVersion", "client.authentication.k8s.io/v1beta1"),
        "command": "kubelogin",
        "args": ["get-token", *login_arguments(environment), "--server-id", _server_id(given)],
        "env": None,
        # With stdin closed nothing could be answered.
        "interactiveMode": "Never",
        "provideClusterInfo": False,
        "installHint": "kubelogin is needed to sign in to the cluster: https://azure.github.io/kubelogin/install.html",
    }


def _server_id(given: Mapping[str, Any]) -> str:
    arguments = list(given.get("args") or [])
    if "--server-id" in arguments[:-1]:
        return str(arguments[arguments.index("--server-id") + 1])
    return _SERVER_ID


def kubeconfig_of(
    resource_group: pulumi.Input[str],
    cluster_name: pulumi.Input[str],
    *,
    after: Sequence[pulumi.Resource] = (),
    parent: pulumi.Resource | None = None,
) -> pulumi.Output[str]:
    """A user's kubeconfig of a cluster, a secret, known once all of `after` are there.

    With local accounts off there is no other; a first preview, where there is no cluster to ask, does not ask.
    """
    ready = pulumi.Output.all(cluster_name, *(one.urn for one in after))
    found = azure.containerservice.list_managed_cluster_user_credentials_output(
        resource_group_name=resource_group,
        resource_name=ready.apply(lambda known: str(known[0])),
        format="exec",
        opts=pulumi.InvokeOutputOptions(parent=parent, depends_on=list(after)),
    )
    return pulumi.Output.secret(
        found.apply(
            lambda credentials: non_interactive(
                base64.b64decode(credentials.kubeconfigs[0].value).decode()
            )
        )
    )
