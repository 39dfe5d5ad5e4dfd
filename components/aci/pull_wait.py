"""A container group that Azure refuses because its identity may not pull yet is asked for again.

A role counts some minutes after it was assigned, so that the first update of a new workspace runs into it.
"""

import time
from dataclasses import dataclass, field

import pulumi

from components.error_hooks import on_error
from slipway.resources.pull_wait import WaitForPullArgs, wait_for_pull

_REFUSED = "InaccessibleImage"


def waiting_for_pull(
    group: str, *, image: pulumi.Input[str], identity: pulumi.Input[str], parent: pulumi.Resource
) -> pulumi.ResourceHookBinding | None:
    """The hook of a container group; none in a preview, which asks Azure for nothing."""
    wait = PullWait(image, identity, pulumi.InvokeOptions(parent=parent))
    return on_error(f"{group}-may-pull", wait.asks_again)


@dataclass
class PullWait:
    """Of one container group in one update."""

    image: pulumi.Input[str]
    identity: pulumi.Input[str]
    opts: pulumi.InvokeOptions
    refused_at: float | None = field(default=None, init=False)

    async def asks_again(self, failure: pulumi.ErrorHookArgs) -> bool:
        """Whether the engine shall ask Azure again, once it is time to."""
        if failure.failed_operation == "delete" or _REFUSED not in "".join(failure.errors[:1]):
            return False
        now = time.monotonic()
        self.refused_at = now if self.refused_at is None else self.refused_at
        try:
            image, identity = await pulumi.Output.all(self.image, self.identity).future() or []
            args = WaitForPullArgs(
                image=image,
                identity=identity,
                attempts=len(failure.errors),
                waited_seconds=now - self.refused_at,
                resource=failure.urn,
            )
            return await wait_for_pull(args, self.opts)
        except Exception as reason:
            # Raised, it would be shown instead of what Azure said.
            pulumi.log.warn(str(reason))
            return False
