"""How Docker logs in to the workspace's registry: with the caller's own Entra token.

The registry has no admin user. An Entra token is exchanged for a registry token that lives for a
few hours; a new one at each update is no change of the image, as docker-build does not compare
passwords.
"""

from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    import pulumi_docker_build as docker

# What ACR calls whoever comes with a token instead of a name.
_TOKEN_USER = "00000000-0000-0000-0000-000000000000"


def docker_login(login_server: pulumi.Input[str]) -> "docker.RegistryArgsDict":
    """Address, user and password of the registry; the password is a secret."""
    server = pulumi.Output.from_input(login_server)
    return {
        "address": server,
        "username": _TOKEN_USER,
        "password": pulumi.Output.secret(server).apply(_refresh_token),
    }


def _refresh_token(login_server: str) -> str:
    if pulumi.runtime.is_dry_run():
        return ""  # nothing is built or pushed in a preview, so nobody needs to log in
    from cloud.acr import refresh_token  # the Azure libraries load only where somebody builds

    return refresh_token(login_server)
