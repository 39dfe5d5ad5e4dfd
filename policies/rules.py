"""The rules, as plain functions over a resource's inputs.

A property that a preview does not know yet breaks no rule; it is looked at again in the update.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_policy import ReportViolation, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

CONTAINER_GROUP = "azure-native:containerinstance:ContainerGroup"
REGISTRY = "azure-native:containerregistry:Registry"

_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_SECRET_NAME = re.compile(
    r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD|CREDENTIAL|CONNECTION_?STRING)S?$"
)


def images_by_digest(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """A tag may be another image tomorrow."""
    for container in _containers(args):
        image = _known(container, "image")
        if image is not None and not _DIGEST.search(image):
            report(
                f"the container {_known(container, 'name')} runs {image}, which is no digest", None
            )


def no_plain_secrets(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """A variable in plain text is visible to anyone who may read the container group."""
    for container in _containers(args):
        for variable in _known(container, "environmentVariables") or ():
            name = _known(variable, "name") or ""
            if _SECRET_NAME.search(name.upper()) and _has(variable, "value"):
                report(
                    f"the variable {name} looks like a secret: give it as a file of a secret volume, or as secureValue",
                    None,
                )


def no_admin_user(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """One password that pulls and pushes everything, and is nobody's."""
    if args.resource_type == REGISTRY and _known(args.props, "adminUserEnabled"):
        report("the registry has its admin user on: let identities pull and push", None)


def no_public_address(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Whoever finds the address may ask; services that are meant to be public are named in the
    policy's configuration (`allowed`)."""
    if args.resource_type != CONTAINER_GROUP:
        return
    address = _known(args.props, "ipAddress") or {}
    name = _known(args.props, "containerGroupName")
    if _known(address, "type") == "Public" and name not in args.get_config().get("allowed", ()):
        report(f"{name} has a public address and is not among the services that may have one", None)


def _containers(args: ResourceValidationArgs) -> Iterator[Mapping[str, Any]]:
    if args.resource_type == CONTAINER_GROUP:
        yield from _known(args.props, "containers") or ()


def _known(properties: Mapping[str, Any], key: str) -> Any:
    """The property, or None where it is not there or not known yet."""
    try:
        return properties.get(key)
    except UnknownValueError:
        return None


def _has(properties: Mapping[str, Any], key: str) -> bool:
    """Whether the property is given, known or not."""
    try:
        return properties.get(key) is not None
    except UnknownValueError:
        return True
