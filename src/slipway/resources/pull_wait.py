"""Waiting until Azure lets a new identity pull an image."""

from dataclasses import dataclass

import pulumi

from slipway.resources.asking import ask

TOKEN = "slipway:index:waitForPull"  # noqa: S105 - a function's name


@dataclass(frozen=True, kw_only=True)
class WaitForPullArgs:
    """What could not be pulled, and what was waited for so far."""

    image: pulumi.Input[str]
    """Image by digest, with its registry's host."""
    identity: pulumi.Input[str]
    """ARM id of the user-assigned identity that pulls it."""
    attempts: pulumi.Input[int]
    """How often Azure was asked so far."""
    waited_seconds: pulumi.Input[float]
    """Seconds since Azure refused for the first time."""
    resource: pulumi.Input[str] = ""
    """URN of the resource that messages are shown beside."""


@dataclass(frozen=True, kw_only=True)
class PullWait:
    """What to do now."""

    again: pulumi.Output[bool]
    """Whether to ask Azure again; false where waiting does not help, or helps no longer."""


async def wait_for_pull(args: WaitForPullArgs, opts: pulumi.InvokeOptions | None = None) -> bool:
    """Wait for as long as it takes until it makes sense to ask Azure again, for an error hook.

    A role may take Azure ten minutes to count. False, without any wait, where the identity has had its roles for longer
    than that, where the registry does not have the image, and once the time is over.
    """
    found = await ask(TOKEN, args, opts)
    return bool(found["again"])
