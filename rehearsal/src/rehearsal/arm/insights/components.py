"""Microsoft.Insights/components (Application Insights)."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from rehearsal.arm import api_versions
from rehearsal.core import ids
from rehearsal.core.bodies import Shape, Text
from rehearsal.core.errors import ArmError
from rehearsal.core.native_form import GROUP, TRACKED, NativeForm
from rehearsal.core.resource import now
from rehearsal.core.resource_type import Accepted, Put, ResourceType
from rehearsal.core.type_names import LOG_WORKSPACE
from rehearsal.core.world import World

_OWN = (
    "AppId",
    "ApplicationId",
    "InstrumentationKey",
    "ConnectionString",
    "CreationDate",
    "TenantId",
    "Name",
)


# The type is one of Azure's oldest: most of its fields begin with a capital, some have underscores.
_RENAMES = {
    "applicationType": "Application_Type",
    "flowType": "Flow_Type",
    "requestSource": "Request_Source",
    "laMigrationDate": "LaMigrationDate",
    **{
        name[0].lower() + name[1:]: name
        for name in (
            "AppId",
            "ApplicationId",
            "ConnectionString",
            "CreationDate",
            "DisableIpMasking",
            "DisableLocalAuth",
            "ForceCustomerStorageForProfiler",
            "HockeyAppId",
            "HockeyAppToken",
            "ImmediatePurgeDataOn30Days",
            "IngestionMode",
            "InstrumentationKey",
            "PrivateLinkScopedResources",
            "RetentionInDays",
            "SamplingPercentage",
            "TenantId",
            "WorkspaceResourceId",
        )
    },
}


class Components(ResourceType):
    """Nothing is sent to it here; the connection string is what services carry."""

    type = "Microsoft.Insights/components"
    created_status = 200
    api_versions = api_versions.COMPONENTS
    properties: ClassVar[Mapping[str, Shape]] = {
        "Application_Type": Text(),
        "WorkspaceResourceId": Text(),
    }
    native = NativeForm(
        type="azure-native:applicationinsights:Component",
        path=f"{GROUP}/providers/Microsoft.Insights/components/{{resourceName}}",
        api_version="2020-02-02",
        name="resourceName",
        outside=TRACKED | {"kind", "etag"},
        renames=_RENAMES,
    )

    def accept(self, put: Put, world: World) -> Accepted:
        """`kind` and `Application_Type` are required; ids and key stay through updates."""
        given = put.body["properties"]
        if not put.body.get("kind"):
            raise ArmError(
                400, "BadRequest", "The 'kind' of the Application Insights component is required."
            )
        if given.get("Application_Type", "web") not in ("web", "other"):
            raise ArmError(
                400,
                "BadRequest",
                f"Application_Type '{given['Application_Type']}' is not one of 'web', 'other'.",
            )
        _require_workspace(given.get("WorkspaceResourceId"), world)
        existing = put.existing.properties if put.existing else {}
        kept = {name: existing[name] for name in _OWN if name in existing} or _fresh(put, world)
        properties = {"Application_Type": "web", "IngestionMode": "LogAnalytics", **given, **kept}
        return Accepted(body={**put.body, "properties": properties})


def _require_workspace(workspace: Any, world: World) -> None:
    if workspace is None:
        return
    found = world.store.get(workspace)
    if found is None or ids.parse(workspace).type.lower() != LOG_WORKSPACE.lower():
        raise ArmError(
            400,
            "BadRequest",
            f"The workspace resource id '{workspace}' names no Log Analytics workspace.",
        )


def _fresh(put: Put, world: World) -> Mapping[str, Any]:
    key, app_id = str(uuid.uuid4()), str(uuid.uuid4())
    return {
        "AppId": app_id,
        "ApplicationId": put.id.name,
        "Name": put.id.name,
        "InstrumentationKey": key,
        # An endpoint that never answers: telemetry of a rehearsal must not leave the machine.
        "ConnectionString": f"InstrumentationKey={key};IngestionEndpoint=https://127.0.0.1:9/;ApplicationId={app_id}",
        "CreationDate": now(),
        "TenantId": world.identity.tenant_id,
    }
