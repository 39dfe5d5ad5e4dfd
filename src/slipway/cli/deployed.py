"""The services of a stack: those that it exports, and those that an update did not come to the end of.

A stack exports a service only when its update has succeeded. What is wanted after one that failed, its log
above all, is found by what the state has of the service, else by the configuration.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slipway.cli import targets
from slipway.cli.components import Component, Resource, components, name_of, plain
from slipway.cli.errors import CommandError
from slipway.cli.stacks import Stack
from slipway.outputs import ForeignOutputs, Outputs, OutputsError, ServiceOutput, read

_STACK = "pulumi:pulumi:Stack"
_WORKSPACE = "slipway:index:Workspace"
_GROUP = "azure-native:resources:ResourceGroup"
#: Name of a stack's own resource group, where it uses a workspace of another stack.
SERVICE_GROUP = "services"
_IMAGE = "slipway:index:ImageVersion"
_CONFIGURED = "slipway:services"


_OF_ANOTHER_PROGRAM = (
    "of another program, read `pulumi stack output`, score by an HTTP client, and read a container's log by "
    "`az container logs`"
)


class Deployed:
    """What a stack's state says of its services."""

    def __init__(self, stack: Stack, *, secrets: bool = False) -> None:
        self._stack = stack
        deployment = stack.export(secrets=secrets).get("deployment") or {}
        self._resources: Sequence[Resource] = deployment.get("resources") or []
        root = next((one for one in self._resources if one["type"] == _STACK), None)
        exported: Mapping[str, Any] = (root or {}).get("outputs") or {}
        # Whether an update has ever come to its end: the stack exports nothing before.
        self._finished = root is None or bool(exported)
        self.outputs = self._read(exported) if self._finished else Outputs()
        self.services = self._services()

    def service(self, name: str | None) -> tuple[str, ServiceOutput]:
        """The service of this name in the configuration, or the only one, with its name."""
        if name is None and len(self.services) == 1:
            return next(iter(self.services.items()))
        has = f"the stack {self._stack.shown} has {', '.join(sorted(self.services)) or 'none'}"
        if name is None:
            raise CommandError(f"name the service: {has}")
        if name not in self.services:
            raise CommandError(f"there is no service {name!r}: {has}")
        return name, self.services[name]

    def component(self, name: str, service: ServiceOutput) -> Component | None:
        """The service's component, if an update got as far."""
        found = components(self._resources, targets.of(service).COMPONENT)
        return next((one for one in found if one.name == name), None)

    def models(self, service: ServiceOutput) -> list[str]:
        """Ids of the models in the image that the service runs, as the stack knows them."""
        for one in self._resources:
            outputs = plain(one.get("outputs") or {})
            same = service.image_ref and outputs.get("ref") == service.image_ref
            if one["type"] == _IMAGE and same:
                return list(outputs.get("models") or ())
        return []

    def _read(self, exported: Mapping[str, Any]) -> Outputs:
        try:
            return read(exported, stack=self._stack.shown, option=self._stack.option)
        except ForeignOutputs as error:
            raise CommandError(f"{error}; {_OF_ANOTHER_PROGRAM}") from None
        except OutputsError as error:
            raise CommandError(str(error)) from None

    def _services(self) -> dict[str, ServiceOutput]:
        """By name. The configuration is asked only after an update that failed."""
        exported = dict(self.outputs.services)
        begun = {
            component.name: (target, component)
            for target in targets.TARGETS
            for component in components(self._resources, targets.named(target).COMPONENT)
        }
        if self._finished and begun.keys() <= exported.keys():
            return exported
        return exported | dict(self._unfinished(begun, exported))

    def _unfinished(
        self, begun: Mapping[str, tuple[str, Component]], exported: Mapping[str, ServiceOutput]
    ) -> Iterator[tuple[str, ServiceOutput]]:
        configured: Mapping[str, Mapping[str, Any]] = self._stack.config(_CONFIGURED) or {}
        names = begun if self._finished else {**begun, **configured}
        for name in names:
            settings = configured.get(name) or {}
            asked_for = str(settings.get("target"))
            target, component = begun.get(name, (asked_for, Component(name, {}, [])))
            if name not in exported and target in targets.TARGETS:
                yield name, targets.named(target).described(component, settings, self._group())

    def _group(self) -> str:
        """Name of the resource group for services; empty where there is none yet."""
        groups = [one for one in self._resources if one["type"] == _GROUP and one.get("id")]
        own = [one for one in groups if name_of(one) == SERVICE_GROUP]
        parents = {one["urn"] for one in self._resources if one["type"] == _WORKSPACE}
        made = [one for one in groups if one.get("parent") in parents]
        return str((own or made)[0]["id"]).rpartition("/")[2] if own or made else ""
