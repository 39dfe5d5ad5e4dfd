"""What the parts of a workspace are called, planned once from its base name."""

from dataclasses import dataclass
from typing import Self

from slipway.rules.physical_names import assignment_name, physical_name, registry_name
from slipway.rules.roles import ACR_PULL


@dataclass(frozen=True, kw_only=True)
class WorkspaceNames:
    """Physical names. Whoever knows the base name finds every part again."""

    base_name: str
    """First part of every other name."""
    resource_group: str
    registry: str
    """The registry's name; its login server is another thing, and Azure's to say."""
    pull_identity: str
    """The identity that services pull with."""
    pull_assignment: str
    """GUID of the role assignment that lets it pull."""
    logs: str
    """The Log Analytics workspace."""
    insights: str
    """The Application Insights component, where there is one."""

    @classmethod
    def of(cls, base_name: str) -> Self:
        """The plan for a workspace with this base name."""
        registry = registry_name(base_name)
        return cls(
            base_name=base_name,
            resource_group=physical_name(base_name, limit=90),
            registry=registry,
            pull_identity=physical_name(base_name, "pull", limit=128),
            pull_assignment=assignment_name(registry, base_name, ACR_PULL),
            logs=physical_name(base_name, "logs"),
            insights=physical_name(base_name, "insights", limit=255),
        )
