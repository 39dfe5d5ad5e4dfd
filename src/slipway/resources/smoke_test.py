"""A request that a service must answer before an update counts as done."""

from dataclasses import dataclass, replace

import pulumi

from slipway.resources.wire import properties

TYPE = "slipway:index:SmokeTest"


@dataclass(frozen=True, kw_only=True)
class SmokeTestArgs:
    """What to ask, how long to wait, and where the container's log is."""

    scoring_uri: pulumi.Input[str]
    """Where to POST; http or https."""
    body: pulumi.Input[str] | None = None
    """JSON to post; without it the health route beside the scoring URI is asked."""
    expected: pulumi.Input[str] | None = None
    """JSON that must be the answer; without it any answer that is a success will do."""
    tolerance: pulumi.Input[float] = 0
    """How far numbers of the answer may be from the expected ones."""
    key: pulumi.Input[str] | None = None
    """Bearer key, a secret whether it comes as one or not."""
    connect_to: pulumi.Input[str] | None = None
    """Host to connect to, where the URI's own name does not (yet) lead there."""
    authority: pulumi.Input[str] | None = None
    """PEM certificates to trust besides the system's."""
    deadline_seconds: pulumi.Input[int] = 300
    """How long to wait for the answer."""
    settling_seconds: pulumi.Input[float] = 0
    """How long 401 and 404 are no answers yet, where a new key or route takes a while to reach all that answer."""
    resource_group: pulumi.Input[str] | None = None
    """Resource group of the container group."""
    container_group: pulumi.Input[str] | None = None
    """Container group of the service, where it is one; its state is watched while nothing answers."""
    container: pulumi.Input[str] | None = None
    """The container in it, whose log a failure shows."""
    watched_only: pulumi.Input[bool] = False
    """Send nothing, as the service cannot be reached from where the program runs: its container must run, and go on
    running. Needs `container_group`."""
    image: pulumi.Input[str] | None = None
    """The image that the container runs, `name:version`: the next failure names it as the one to go back to."""
    image_setting: pulumi.Input[str] | None = None
    """Configuration key that names the image, such as `slipway:services.diabetes.image`."""
    stack: pulumi.Input[str] | None = None
    """The stack that has that key; it need not be the one that is selected where the update fails."""
    trigger: pulumi.Input[str]
    """Whatever makes the service another one: a change asks again."""


class SmokeTest(pulumi.CustomResource):
    """Fails the update, with status, body and the container's log, unless the service answers.

    It is a request and not a thing that exists, so it cannot be imported; a refresh and a deletion do nothing.
    """

    status: pulumi.Output[int]
    """HTTP status of the answer; 0 where the container was only watched."""

    def __init__(
        self, name: str, args: SmokeTestArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        hidden = pulumi.Output.secret(args.key) if args.key is not None else None
        super().__init__(TYPE, name, properties(replace(args, key=hidden), SmokeTest), opts)
