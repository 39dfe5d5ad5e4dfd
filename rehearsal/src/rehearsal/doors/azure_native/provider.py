"""What azure-native does with a resource: check, diff, create, read, update, delete, on the ARM core."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime.proto import provider_pb2

from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError
from rehearsal.core.native_form import NativeForm
from rehearsal.doors.azure_native import diff, naming, patterns, preview, schema, translate
from rehearsal.doors.azure_native.retries import Ask, once
from rehearsal.doors.pulumi_provider import arguments
from rehearsal.doors.pulumi_provider.values import UNKNOWN, has_unknown, is_unknown

Properties = dict[str, Any]


class UnknownTypeError(Exception):
    """A resource type that the SDK or the rehearsal does not have."""


@dataclass(frozen=True)
class Settings:
    """What Configure said for one provider instance."""

    subscription_id: str
    location: str | None = None


@dataclass(frozen=True)
class Kind:
    """A resource type, found by its token."""

    token: str
    form: NativeForm
    schema: schema.ResourceSchema


@dataclass(frozen=True)
class Provider:
    """Stateless above the ARM core; safe to call from any thread."""

    arm: Arm
    ask: Ask = once
    _kinds: dict[str, Kind] = field(default_factory=dict)

    def kind(self, token: str) -> Kind:
        """The resource type of a token. Raises UnknownTypeError."""
        if token not in self._kinds:
            self._kinds[token] = self._find(token)
        return self._kinds[token]

    @property
    def forms(self) -> Mapping[str, NativeForm]:
        """Token -> form of every type that the rehearsal and azure-native both have."""
        found = (kind.native for kind in self.arm.types)
        return {form.type: form for form in found if form is not None}

    def check(
        self,
        kind: Kind,
        request: provider_pb2.CheckRequest,
        olds: Properties,
        news: Properties,
        settings: Settings,
    ) -> tuple[Properties, list[arguments.Problem]]:
        """The arguments with name and location filled in, and all that is wrong with them."""
        inputs = dict(news)
        unnamed = naming.name(kind.form, inputs, olds, request)
        self._locate(kind, inputs, olds, settings)
        found = arguments.problems(kind.schema.inputs, inputs)
        found += patterns.problems(kind.form, inputs)
        if unnamed:
            found.append((kind.form.name, unnamed))
        return inputs, found

    def diff(self, kind: Kind, olds: Properties, news: Properties) -> provider_pb2.DiffResponse:
        """What changes, and whether it replaces."""
        return diff.respond(kind.form, olds, news)

    def preview(
        self, kind: Kind, inputs: Properties, olds: Mapping[str, Any] | None = None
    ) -> Properties:
        """Outputs in a preview; of an update, name and location are known to stay."""
        outputs = preview.outputs(kind.form, kind.schema.outputs, inputs)
        stable = {name: olds[name] for name in ("name", "location") if name in olds} if olds else {}
        return {**outputs, **stable}

    def create(self, kind: Kind, inputs: Properties, settings: Settings) -> Properties:
        """Raises ArmError; refuses what is already there."""
        resource_id = translate.resource_id(kind.form, inputs, settings.subscription_id)
        if self.arm.exists(resource_id):
            raise AlreadyExistsError(resource_id)
        return self._put(kind, resource_id, inputs)

    def update(self, kind: Kind, resource_id: str, inputs: Properties) -> Properties:
        """One PUT of the whole resource. Raises ArmError."""
        return self._put(kind, resource_id, inputs)

    def outputs(self, kind: Kind, resource_id: str) -> Properties | None:
        """The outputs of a resource as it is now; None when it is not there."""
        try:
            document = self.ask(lambda: self.arm.get(resource_id, kind.form.api_version))
        except ArmError as refusal:
            if refusal.status == 404:
                return None
            raise
        return translate.to_outputs(kind.form, document, kind.schema.outputs)

    def read(
        self, kind: Kind, resource_id: str, inputs: Properties, olds: Properties
    ) -> tuple[Properties, Properties] | None:
        """Outputs and inputs of a resource as it is now; None when it is not there."""
        outputs = self.outputs(kind, resource_id)
        if outputs is None:
            return None
        if inputs:
            hidden = kind.form.children & set(outputs) - set(inputs)
            outputs |= {name: [] for name in hidden}
        return outputs, _inputs(kind, resource_id, inputs, olds, outputs)

    def delete(self, kind: Kind, resource_id: str) -> None:
        """What is not there is no error, nor is a place that is not there: the vendor's provider takes any 404 so.

        Raises ArmError.
        """
        try:
            self.ask(lambda: self.arm.delete(resource_id, kind.form.api_version))
        except ArmError as refusal:
            if refusal.status != 404:
                raise

    def _put(self, kind: Kind, resource_id: str, inputs: Properties) -> Properties:
        body = translate.to_body(kind.form, inputs)
        document = self.ask(lambda: self.arm.put(resource_id, body, kind.form.api_version))
        return translate.to_outputs(kind.form, document, kind.schema.outputs)

    def _locate(self, kind: Kind, inputs: Properties, olds: Properties, settings: Settings) -> None:
        """The location that was, that of the configuration, or that of the resource group."""
        if inputs.get("location") or "location" not in kind.schema.inputs.fields:
            return
        found = olds.get("location") or settings.location or self._group_location(inputs, settings)
        if found:
            inputs["location"] = found

    def _find(self, token: str) -> Kind:
        found, forms = schema.resource(token), self.forms
        if found is None:
            raise UnknownTypeError(f"azure-native has no resource type '{token}'.")
        if token not in forms:
            raise UnknownTypeError(
                f"The rehearsal does not have resource type '{token}' (Azure does); it has: {', '.join(sorted(forms))}."
            )
        return Kind(token, forms[token], found)

    def _group_location(self, inputs: Properties, settings: Settings) -> str | None:
        group = inputs.get("resourceGroupName")
        if group is None or "resourceGroupName" not in inputs:
            return None
        if is_unknown(group) or has_unknown(group):
            return UNKNOWN
        found = self.arm.world.store.get(
            f"/subscriptions/{settings.subscription_id}/resourceGroups/{group}"
        )
        return found.location if found else UNKNOWN


def _inputs(
    kind: Kind, resource_id: str, inputs: Properties, olds: Properties, outputs: Properties
) -> Properties:
    """Inputs that match the outputs: all of them for an import, for a refresh what changed since."""
    now = translate.to_inputs(outputs, kind.schema.inputs)
    if not inputs:
        return {**now, **translate.path_values(kind.form, resource_id)}
    before = translate.to_inputs(olds, kind.schema.inputs)
    changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    changed -= set(kind.form.path_arguments)
    kept = {name: value for name, value in inputs.items() if name not in changed}
    return {**kept, **{name: now[name] for name in changed if now.get(name)}}


class AlreadyExistsError(Exception):
    """azure-native creates nothing that is already there (pulumi-azure-native#1123)."""

    def __init__(self, resource_id: str) -> None:
        super().__init__(f"cannot create already existing resource '{resource_id}'")
