"""The resource options as the engine receives them."""

from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from pytest_pulumi.wire import decode_value


@dataclass(frozen=True)
class Alias:
    """One alias: either a whole `urn`, or the parts that were different."""

    urn: str | None = None
    name: str | None = None
    type: str | None = None
    parent: str | None = None
    no_parent: bool = False


@dataclass(frozen=True)
class Options:
    """`pulumi.ResourceOptions` after the SDK has made them ready; resources are URNs.

    `request` is the whole message (`pulumirpc.RegisterResourceRequest`, or `ReadResourceRequest`
    for `.get()`), for what has no field here.
    """

    request: Any
    parent: str
    provider: str
    version: str
    depends_on: list[str]
    """Everything that this resource waits for, also what its inputs come from."""
    property_dependencies: dict[str, list[str]]
    protect: bool
    retain_on_delete: bool
    delete_before_replace: bool | None
    replace_on_changes: list[str]
    replacement_trigger: Any
    ignore_changes: list[str]
    hide_diffs: list[str]
    additional_secret_outputs: list[str]
    aliases: list[Alias]
    deleted_with: str
    replace_with: list[str]
    import_id: str
    custom_timeouts: dict[str, str]
    hooks: dict[str, list[str]]
    """Names of the hooks, by `before_create`, ..., `on_error`; their functions are in `run.hooks`."""


def registered(request: Any) -> Options:
    """The options in a RegisterResourceRequest."""
    trigger = request.replacement_trigger
    return Options(
        request=request,
        parent=request.parent,
        provider=request.provider,
        version=request.version,
        depends_on=list(request.dependencies),
        property_dependencies={k: list(v.urns) for k, v in request.propertyDependencies.items()},
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        delete_before_replace=(
            request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None
        ),
        replace_on_changes=list(request.replaceOnChanges),
        replacement_trigger=decode_value(trigger)
        if request.HasField("replacement_trigger")
        else None,
        ignore_changes=list(request.ignoreChanges),
        hide_diffs=list(request.hideDiffs),
        additional_secret_outputs=list(request.additionalSecretOutputs),
        aliases=[*(Alias(urn=urn) for urn in request.aliasURNs), *map(_alias, request.aliases)],
        deleted_with=request.deletedWith,
        replace_with=list(request.replace_with),
        import_id=request.importId,
        custom_timeouts=_set(request.customTimeouts),
        hooks={moment: list(names) for moment, names in _set(request.hooks).items()},
    )


def read(request: Any) -> Options:
    """The options in a ReadResourceRequest, which knows fewer."""
    return Options(
        request=request,
        parent=request.parent,
        provider=request.provider,
        version=request.version,
        depends_on=list(request.dependencies),
        property_dependencies={},
        protect=False,
        retain_on_delete=False,
        delete_before_replace=None,
        replace_on_changes=[],
        replacement_trigger=None,
        ignore_changes=[],
        hide_diffs=[],
        additional_secret_outputs=list(request.additionalSecretOutputs),
        aliases=[],
        deleted_with="",
        replace_with=[],
        import_id="",
        custom_timeouts={},
        hooks={},
    )


def _alias(alias: Any) -> Alias:
    if alias.WhichOneof("alias") == "urn":
        return Alias(urn=alias.urn)
    spec = alias.spec
    return Alias(
        name=spec.name or None,
        type=spec.type or None,
        parent=spec.parentUrn or None,
        no_parent=spec.noParent,
    )


def _set(message: Message) -> dict[str, Any]:
    return {field.name: value for field, value in message.ListFields()}
