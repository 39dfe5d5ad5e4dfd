"""A kubeconfig that asks nobody."""

import pytest
import yaml

from components.cluster.kubeconfig import login_arguments, non_interactive

EXEC = {
    "users": [
        {
            "name": "u",
            "user": {
                "exec": {
                    "apiVersion": "client.authentication.k8s.io/v1beta1",
                    "command": "kubelogin",
                    "args": ["get-token", "--login", "devicecode", "--server-id", "server-1"],
                }
            },
        }
    ]
}


@pytest.mark.parametrize(
    ("environment", "arguments"),
    [
        ({}, ["--login", "azurecli"]),
        (
            {"ARM_CLIENT_ID": "c", "ARM_CLIENT_SECRET": "planted"},
            ["--login", "spn", "--use-azurerm-env-vars"],
        ),
        (
            {"ARM_CLIENT_ID": "c", "ARM_USE_OIDC": "true"},
            ["--login", "workloadidentity", "--use-azurerm-env-vars"],
        ),
        ({"ARM_USE_MSI": "true"}, ["--login", "msi"]),
        ({"ARM_USE_MSI": "1", "ARM_CLIENT_ID": "c"}, ["--login", "msi", "--client-id", "c"]),
        ({"ARM_CLIENT_ID": "c", "ARM_USE_MSI": "false"}, ["--login", "azurecli"]),
    ],
)
def test_it_signs_in_as_whoever_runs_pulumi(environment, arguments):
    assert login_arguments(environment) == arguments
    made = yaml.safe_load(non_interactive(yaml.safe_dump(EXEC), environment))
    sign_in = made["users"][0]["user"]["exec"]
    assert sign_in["args"] == ["get-token", *arguments, "--server-id", "server-1"]
    assert sign_in["interactiveMode"] == "Never"
    assert "devicecode" not in str(made)
    assert "planted" not in str(made)


def test_other_ways_to_sign_in_stay():
    given = {"users": [{"name": "u", "user": {"token": "t"}}]}
    assert yaml.safe_load(non_interactive(yaml.safe_dump(given), {})) == given
