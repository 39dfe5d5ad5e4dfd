"""What tells the objects of a service from others, and what they tell of it."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pulumi

from components.aks.names import VERSION
from components.aks.options import AksOptions

if TYPE_CHECKING:
    from pulumi_kubernetes.meta.v1 import ObjectMetaArgsDict

SERVICE, SLOT = "slipway.io/service", "slipway.io/version"
IMAGE = "slipway.io/image"
DESCRIPTION, TAGS = "slipway.io/description", "slipway.io/tags"
SKIP_AWAIT = "pulumi.com/skipAwait"


def selector(service: str) -> dict[str, str]:
    """Whose pods they are, and nothing that an update may change: a Deployment's selector is for good."""
    return {SERVICE: service, SLOT: VERSION}


def labels(service: str) -> dict[str, str]:
    """Of every object."""
    return {
        **selector(service),
        "app.kubernetes.io/name": service,
        "app.kubernetes.io/managed-by": "slipway",
    }


def metadata(
    name: pulumi.Input[str],
    service: str,
    namespace: pulumi.Input[str],
    annotations: Mapping[str, pulumi.Input[str]] | None = None,
) -> "ObjectMetaArgsDict":
    """Of an object with a name of its own."""
    found: ObjectMetaArgsDict = {"name": name, "namespace": namespace, "labels": labels(service)}
    return {**found, "annotations": annotations} if annotations else found


def told(options: AksOptions, image: pulumi.Input[str]) -> dict[str, pulumi.Input[str]]:
    """What a service's Deployment tells of it: Kubernetes' labels cannot hold what Azure's tags can."""
    found: dict[str, pulumi.Input[str]] = {IMAGE: image}
    if options.description:
        found[DESCRIPTION] = options.description
    if options.tags:
        tags: pulumi.Output[Any] = pulumi.Output.from_input(options.tags)
        found[TAGS] = tags.apply(lambda known: json.dumps(known, sort_keys=True))
    return found
