"""SmokeTest: asks the service until it answers, on create and whenever it became another one."""

from slipway.log_lines import brief, readable
from slipway.provider.container_watch import ContainerWatch
from slipway.provider.errors import CancelledError, SmokeTestError
from slipway.provider.expected_answer import difference
from slipway.provider.handler import Created, Handler, Properties, differing
from slipway.provider.smoke_request import Answer, SmokeRequest, until_answered
from slipway.provider.steady_container import until_steady
from slipway.provider.values import known
from slipway.provider.way_back import way_back
from slipway.resources.smoke_test import SmokeTestArgs

_LOG_LINES = 60
_NOT_ASKED = 0
# The key is in the inputs, as a secret; nothing about asking with another one makes the service another.
_KEPT = (
    "scoring_uri",
    "connect_to",
    "body",
    "expected",
    "tolerance",
    "authority",
    "deadline_seconds",
    "resource_group",
    "container_group",
    "container",
    "image",
    "watched_only",
    "trigger",
)


class SmokeTestHandler(Handler):
    """Reading and deleting do nothing."""

    args = SmokeTestArgs
    computed = ("status",)
    stops_at_once = True
    no_import = (
        "A SmokeTest cannot be imported: it is a request, and not a thing that exists. Declare it, and `pulumi up` "
        "sends it."
    )

    def changed(self, state: Properties, inputs: Properties) -> list[str]:
        """Whatever is asked, or makes the service another one.

        What only is not known yet, as an address in a preview, is no news beside it.
        """
        found = differing(state, inputs, _KEPT)
        return [name for name in found if known(inputs.get(name))] or found[-1:]

    def preview(self, state: Properties, inputs: Properties) -> Properties:
        """The answer is not known before it was asked for; the key is no output."""
        outputs = super().preview(state, inputs)
        return {name: value for name, value in outputs.items() if name != "key"}

    def create(self, name: str, inputs: Properties) -> Created:
        """Ask."""
        return Created(name, self.update({}, inputs))

    def update(self, state: Properties, inputs: Properties) -> Properties:
        """Ask again. Raises SmokeTestError, with the end of the container's log and the way back."""
        watch = _watch(inputs)
        try:
            look = self._watched if inputs.get("watched_only") else self._asked
            status = look(watch, inputs)
        except CancelledError:
            raise
        except SmokeTestError as error:
            log = brief(readable(_without_key(watch.log(_LOG_LINES), inputs))) if watch else ""
            shown = f"\nThe container's log ends with:\n{log}" if log else ""
            raise SmokeTestError(f"{error}{shown}\n{way_back(state, inputs)}") from None
        return {name: inputs[name] for name in _KEPT if name in inputs} | {"status": status}

    def _watched(self, watch: ContainerWatch | None, inputs: Properties) -> int:
        if watch is None:
            raise SmokeTestError("watchedOnly needs containerGroup: there is no container to watch")
        until_steady(
            watch,
            service=inputs["container_group"],
            deadline_seconds=inputs["deadline_seconds"],
            cancelled=self.cancelled,
        )
        return _NOT_ASKED

    def _asked(self, watch: ContainerWatch | None, inputs: Properties) -> int:
        request = SmokeRequest(
            uri=inputs["scoring_uri"],
            body=inputs.get("body"),
            whole=inputs.get("expected") is not None,
            key=inputs.get("key"),
            settling_seconds=inputs.get("settling_seconds") or 0,
            connect_to=inputs.get("connect_to"),
            authority=inputs.get("authority"),
        )
        answer = until_answered(
            request,
            deadline_seconds=inputs["deadline_seconds"],
            gave_up=watch.broken if watch else lambda: None,
            cancelled=self.cancelled,
        )
        _require_expected(inputs, answer)
        return answer.status

    def delete(self, _state: Properties) -> None:
        """There is nothing to delete."""


def _watch(inputs: Properties) -> ContainerWatch | None:
    """What is known of a container group; of any other service it is its answer alone."""
    group = inputs.get("container_group")
    if not group:
        return None
    return ContainerWatch(inputs["resource_group"], group, inputs["container"])


def _without_key(log: str, inputs: Properties) -> str:
    key = inputs.get("key")
    return log.replace(key, "***") if key else log


def _require_expected(inputs: Properties, answer: Answer) -> None:
    expected = inputs.get("expected")
    if expected is None:
        return
    if why := difference(expected, answer.body, inputs.get("tolerance") or 0):
        raise SmokeTestError(
            f"the smoke request to {inputs['scoring_uri']} was answered otherwise than expected: {why}; "
            f"the answer begins with {answer.excerpt}"
        )
