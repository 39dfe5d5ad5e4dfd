"""ServiceKeys: makes a key when it is new or its generation changes; the other one stays valid meanwhile."""

import secrets
from collections.abc import Callable
from typing import Any

import pulumi

from slipway.provider.handler import Created, Handler, Properties, differing
from slipway.resources.service_keys import ServiceKeysArgs

# 256 bits: guessing is hopeless, and the text (43 characters) fits an environment variable.
_KEY_BYTES = 32
_KEYS = {"primary_key": "primary_generation", "secondary_key": "secondary_generation"}


class ServiceKeysHandler(Handler):
    """The keys exist in the state only."""

    args = ServiceKeysArgs
    computed = tuple(_KEYS)
    secret_outputs = frozenset(_KEYS)
    no_import = (
        "ServiceKeys cannot be imported: its keys exist in a stack's state only. Hand keys that you have to the "
        "service itself (primaryKey and secondaryKey)."
    )

    def changed(self, state: Properties, inputs: Properties) -> list[str]:
        """Generations; and a key that was lost."""
        lost = [key for key in _KEYS if not state.get(key)]
        return [*differing(state, inputs, _KEYS.values()), *lost]

    def preview(self, state: Properties, inputs: Properties) -> Properties:
        """A key that stays is known."""
        return {**inputs, **self._keys(state, inputs, lambda: pulumi.UNKNOWN)}

    def create(self, name: str, inputs: Properties) -> Created:
        """Make both."""
        return Created(name, self.update({}, inputs))

    def update(self, state: Properties, inputs: Properties) -> Properties:
        """Make those whose generation changed."""
        return {**inputs, **self._keys(state, inputs, _new_key)}

    def _keys(
        self, state: Properties, inputs: Properties, renewed: Callable[[], Any]
    ) -> Properties:
        changed = self.changed(state, inputs)
        return {
            key: renewed() if {key, generation} & set(changed) else state[key]
            for key, generation in _KEYS.items()
        }


def _new_key() -> str:
    """It begins with no hyphen: a command that it is given to would take it for an option."""
    while (key := secrets.token_urlsafe(_KEY_BYTES)).startswith("-"):
        pass
    return key
