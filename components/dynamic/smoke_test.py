"""A request that the service must answer before an update counts as done."""

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult

from components.dynamic.container_watch import ContainerWatch
from components.smoke_request import SmokeRequest, SmokeTestError, until_answered
from slipway.registry.dynamic.sentences import speak

_LOG_LINES = 60
# Connecting and asking are the container's affair; nothing about it is worth keeping.
_KEPT = (
    "scoring_uri",
    "connect_to",
    "body",
    "authority",
    "deadline_seconds",
    "resource_group",
    "container_group",
    "container",
    "trigger",
)


class SmokeTestProvider(ResourceProvider):
    """Asks on create and on every change of its inputs; reading and deleting do nothing."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("smoke-test", _answered(props))

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=any(_differ(olds.get(k), news.get(k)) for k in _KEPT))

    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return UpdateResult(_answered(news))


class SmokeTest(Resource, module="slipway", name="SmokeTest"):
    """Fails the update, with status, body and the container's log, unless the service answers."""

    status: pulumi.Output[int]
    """HTTP status of the answer."""

    def __init__(
        self,
        name: str,
        *,
        scoring_uri: pulumi.Input[str],
        body: str | None,
        key: pulumi.Input[str] | None,
        connect_to: pulumi.Input[str] | None,
        authority: pulumi.Input[str] | None,
        deadline_seconds: int,
        resource_group: pulumi.Input[str],
        container_group: pulumi.Input[str],
        container: str,
        trigger: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`trigger` is whatever makes the service another one: a change of it asks again."""
        super().__init__(
            SmokeTestProvider(),
            name,
            {
                "scoring_uri": scoring_uri,
                "body": body,
                "key": pulumi.Output.secret(key) if key is not None else None,
                "connect_to": connect_to,
                "authority": authority,
                "deadline_seconds": deadline_seconds,
                "resource_group": resource_group,
                "container_group": container_group,
                "container": container,
                "trigger": trigger,
                "status": None,
            },
            opts,
        )


def _answered(props: dict[str, Any]) -> dict[str, Any]:
    speak(SmokeTestError)  # the user's service failed, not this program: no traceback of ours
    watch = ContainerWatch(props["resource_group"], props["container_group"], props["container"])
    request = SmokeRequest(
        uri=props["scoring_uri"],
        body=props.get("body"),
        key=props.get("key"),
        connect_to=props.get("connect_to"),
        authority=props.get("authority"),
    )
    try:
        answer = until_answered(
            request, deadline_seconds=float(props["deadline_seconds"]), gave_up=watch.broken
        )
    except SmokeTestError as error:
        log = watch.log(_LOG_LINES)
        raise SmokeTestError(f"{error}\nThe container's log ends with:\n{log}") from None
    return {key: props.get(key) for key in _KEPT} | {"status": answer.status}


def _differ(old: Any, new: Any) -> bool:
    # The state holds every number as a float, and an absent value as nothing at all.
    return (old if old != "" else None) != (new if new != "" else None)
