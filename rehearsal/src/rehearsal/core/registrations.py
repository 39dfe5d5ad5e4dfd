"""Which resource providers the subscription is registered to use."""

from rehearsal.core.azure_times import AzureTimes
from rehearsal.core.errors import ArmError
from rehearsal.core.store import Store

_ALWAYS = ("microsoft.resources", "microsoft.authorization")


class Registrations:
    """All are registered, unless the rehearsal takes Azure's times: then each must be asked for, and takes a while."""

    def __init__(self, store: Store, times: AzureTimes) -> None:
        self._store = store
        self._times = times

    def state(self, namespace: str) -> str:
        """NotRegistered, Registering or Registered."""
        if not self._times.registers or namespace.lower() in _ALWAYS:
            return "Registered"
        asked = self._store.setting(_key(namespace))
        if asked is None:
            return "NotRegistered"
        passed = self._times.clock() - float(asked)
        return "Registered" if passed >= self._times.register_seconds else "Registering"

    def register(self, namespace: str) -> None:
        """Ask for it; again changes nothing."""
        self._store.setting(_key(namespace), lambda: str(self._times.clock()))

    def register_at_once(self, namespace: str) -> None:
        """As azure-native does when it meets an unregistered one: it registers, waits and tries again."""
        if self.state(namespace) != "Registered":
            self._store.set_setting(
                _key(namespace), str(self._times.clock() - self._times.register_seconds)
            )

    def require(self, namespace: str) -> None:
        """Raises ArmError for a resource provider that is not registered."""
        if self.state(namespace) != "Registered":
            raise ArmError(
                409,
                "MissingSubscriptionRegistration",
                f"The subscription is not registered to use namespace '{namespace}'. See "
                "https://aka.ms/rps-not-found for how to register subscriptions.",
            )


def _key(namespace: str) -> str:
    return f"registered-{namespace.lower()}"
