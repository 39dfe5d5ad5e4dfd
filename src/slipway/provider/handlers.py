"""Which handler is for which type."""

from collections.abc import Mapping

from slipway.provider.cluster_guard import ClusterGuardHandler
from slipway.provider.cluster_settings import FixedClusterSettingsHandler
from slipway.provider.handler import Handler
from slipway.provider.image_version import ImageVersionHandler
from slipway.provider.lookups import ImageLookupHandler, ModelLookupHandler
from slipway.provider.model_version import ModelVersionHandler
from slipway.provider.service_keys import ServiceKeysHandler
from slipway.provider.smoke_test import SmokeTestHandler
from slipway.provider.workspace_guard import WorkspaceGuardHandler
from slipway.resources import (
    cluster_guard,
    cluster_settings,
    image_lookup,
    image_version,
    model_lookup,
    model_version,
    service_keys,
    smoke_test,
    workspace_guard,
)

HANDLERS: Mapping[str, type[Handler]] = {
    cluster_guard.TYPE: ClusterGuardHandler,
    cluster_settings.TYPE: FixedClusterSettingsHandler,
    image_lookup.TYPE: ImageLookupHandler,
    image_version.TYPE: ImageVersionHandler,
    model_lookup.TYPE: ModelLookupHandler,
    model_version.TYPE: ModelVersionHandler,
    service_keys.TYPE: ServiceKeysHandler,
    smoke_test.TYPE: SmokeTestHandler,
    workspace_guard.TYPE: WorkspaceGuardHandler,
}
