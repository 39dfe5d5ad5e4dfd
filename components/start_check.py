"""An image is started once before a service runs it: what makes a container die is found while the old one answers.

`python -m scoring check` in the image, with the service's variables, as a step of a build that leaves nothing: so it
runs wherever the image was built, and what the builder prints shows why it failed.
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import pulumi
import pulumi_docker_build as docker

from components.build_context import empty_context
from components.registry_login import docker_login
from components.secret_volumes import Variables
from components.start_failure import explained_by
from slipway.rules.scoring_container import CHECK, SECRETS, SECRETS_FOLDER

_IMAGE = "IMAGE"


def start_check(
    name: str,
    *,
    image: pulumi.Input[str],
    registry: pulumi.Input[str],
    plain: Variables,
    secret: Variables,
    service: str,
    image_id: pulumi.Input[str],
    parent: pulumi.Resource,
) -> docker.Image:
    """The step that fails where `image`, by digest, cannot start with these variables."""
    hidden = _secrets(secret)
    return docker.Image(
        name,
        context={"location": empty_context()},
        dockerfile={"inline": _dockerfile(plain, hidden)},
        build_args=_values(image, plain),
        secrets=hidden,
        platforms=[docker.Platform.LINUX_AMD64],
        push=False,
        exports=[{"cacheonly": {}}],
        registries=[docker_login(registry)],
        # A secret is no part of what BuildKit takes for the same step.
        no_cache=True,
        # A preview needs no Docker.
        build_on_preview=False,
        opts=pulumi.ResourceOptions(
            parent=parent,
            # There is nothing to delete, and who only removes a service needs no Docker.
            retain_on_delete=True,
            hooks=explained_by(name, service=service, image=image_id, resource=parent),
            custom_timeouts=pulumi.CustomTimeouts(create="30m", update="30m"),
        ),
    )


def _secrets(secret: Variables) -> Variables:
    if isinstance(secret, Mapping):
        return {name: pulumi.Output.secret(value) for name, value in sorted(secret.items())}
    return pulumi.Output.secret(cast("Any", secret))


def _dockerfile(plain: Variables, secret: Variables) -> pulumi.Input[str]:
    if isinstance(plain, Mapping) and isinstance(secret, Mapping):
        return _text(plain, secret)
    return pulumi.Output.all(plain, secret).apply(lambda both: _text(both[0] or {}, both[1] or {}))


def _values(image: pulumi.Input[str], plain: Variables) -> Variables:
    if isinstance(plain, Mapping):
        return {_IMAGE: image, **_numbered(plain)}
    return pulumi.Output.all(image, plain).apply(
        lambda both: {_IMAGE: both[0], **_numbered(both[1] or {})}
    )


def _numbered(plain: Mapping[str, pulumi.Input[str]]) -> dict[str, pulumi.Input[str]]:
    return {_argument(number): plain[name] for number, name in enumerate(sorted(plain))}


def _argument(number: int) -> str:
    """Not the variable's own name: an argument would lose to a variable of the image."""
    return f"VALUE_{number}"


def _text(plain: Iterable[str], secret: Iterable[str]) -> str:
    """Names and no values, so that nothing has to be quoted, and a preview knows it."""
    # The server runs as a user who owns nothing.
    mounts = [
        f"--mount=type=secret,id={name},target={SECRETS_FOLDER}/{name},mode=0444"
        for name in sorted(secret)
    ]
    lines = [
        f"ARG {_IMAGE}",
        f"FROM ${{{_IMAGE}}}",
        *(
            f'ARG {_argument(number)}\nENV {name}="${{{_argument(number)}}}"'
            for number, name in enumerate(sorted(plain))
        ),
        " ".join(["RUN", *mounts, *CHECK, *(SECRETS if mounts else ())]),
    ]
    return "\n".join(lines) + "\n"
