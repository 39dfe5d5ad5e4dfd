"""How Docker logs in to the workspace's registry: with the caller's own Entra token.

The registry has no admin user. An Entra token is exchanged for a registry token that lives for a
few hours; a new one at each update is no change of the image, as docker-build does not compare
passwords.
"""

from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    import pulumi_docker_build as docker

# What ACR calls whoever comes with a token instead of a name.
_NOBODY = "00000000-0000-0000-0000-000000000000"


def docker_login(login_server: pulumi.Input[str]) -> "docker.RegistryArgsDict":
    """Address, user and password of the registry; the password is a secret."""
    server = pulumi.Output.from_input(login_server)
    return {
        "address": server,
        "username": _NOBODY,
        "password": pulumi.Output.secret(server.apply(_password)),
    }


def _password(login_server: str) -> str:
    # Nothing is built or pushed in a preview, so nobody needs to log in.
    return "" if pulumi.runtime.is_dry_run() else refresh_token(login_server)


def refresh_token(login_server: str) -> str:
    """A registry token for the caller, in exchange for the caller's Entra token.

    POST /oauth2/exchange of ACR. Raises `pulumi.RunError` where the registry or Entra refuses.
    """
    # The Azure libraries load only where somebody builds.
    from azure.core import PipelineClient
    from azure.core.exceptions import AzureError
    from azure.core.pipeline.policies import RetryPolicy
    from azure.core.rest import HttpRequest

    from slipway.cloud.credential import credential
    from slipway.cloud.environment import discover

    try:
        entra = credential().get_token(f"{discover().acr_audience.rstrip('/')}/.default").token
        form = {"grant_type": "access_token", "service": login_server, "access_token": entra}
        request = HttpRequest("POST", f"https://{login_server}/oauth2/exchange", data=form)
        client: PipelineClient[Any, Any] = PipelineClient(
            f"https://{login_server}", policies=[RetryPolicy()]
        )
        with client:
            response = client.send_request(request)
            response.raise_for_status()
            return str(response.json()["refresh_token"])
    except AzureError as error:
        raise pulumi.RunError(
            f"the registry {login_server} gave no token to push with: {error.message}; "
            "does the caller have AcrPush or Contributor on it?"
        ) from None
