"""FixedClusterSettings: a change that would replace a protected cluster is refused with its reason."""

from collections.abc import Mapping
from typing import Any

import pulumi

from slipway.provider.cluster_guard import way_to_allow
from slipway.provider.errors import Refused
from slipway.provider.handler import Created, Handler, Properties, differing
from slipway.resources.cluster_settings import FixedClusterSettingsArgs


class FixedClusterSettingsHandler(Handler):
    """There is nothing of it but its properties."""

    args = FixedClusterSettingsArgs
    no_import = (
        "FixedClusterSettings cannot be imported: they exist in a stack only. Declare the cluster."
    )

    def changed(self, state: Properties, inputs: Properties) -> list[str]:
        """Whatever is given. Raises Refused for another value while the cluster was protected."""
        reasons = _differences(state["values"], inputs["values"]) if state.get("protect") else []
        if reasons:
            raise Refused(
                f"The cluster {state['cluster_name']} is protected, and Azure could only replace it: nothing was "
                f"changed. {'; '.join(reasons)}. Take that back. {way_to_allow(state['stack'])}"
            )
        return differing(state, inputs, ("cluster_name", "stack", "values", "protect"))

    def create(self, name: str, inputs: Properties) -> Created:
        """Note them."""
        return Created(name, inputs)

    def update(self, _state: Properties, inputs: Properties) -> Properties:
        """Note them as they are from now on."""
        return inputs


def _differences(before: Mapping[str, Any], now: Any) -> list[str]:
    if not isinstance(now, Mapping):
        return []
    return [
        f"{name} would change from {before.get(name) or 'nothing'} to {now.get(name) or 'nothing'}"
        for name in sorted({*before, *now})
        if now.get(name) not in (before.get(name), pulumi.UNKNOWN)
    ]
