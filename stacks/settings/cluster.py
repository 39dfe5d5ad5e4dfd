"""The cluster, to create or to use. The key `slipway:cluster` comes with the target `aks` (`keys`); until then these
settings are read by nobody but tests."""

from collections.abc import Collection, Iterator
from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.alias_generators import to_camel

from components.cluster.options import ClusterOptions
from slipway.rules.arm_ids import CLUSTER_ID
from slipway.rules.names import CLUSTER_NAME
from stacks.settings.derived import made_of
from stacks.settings.existing import Existing, MakeOrUse
from stacks.settings.files import Kubeconfig
from stacks.settings.texts import Text


class ExistingCluster(Existing):
    """What to use, in exactly one of these ways: `stack`, `id`, `resourceGroup` and `name`, or `kubeconfig` and
    `context`."""

    forms: ClassVar[tuple[tuple[str, ...], ...]] = (*Existing.forms, ("kubeconfig", "context"))

    id: Annotated[Text, CLUSTER_ID] | None = Field(default=None, description="Its ARM id.")
    name: Annotated[Text, CLUSTER_NAME] | None = Field(
        default=None, description="Its name, beside `resourceGroup`."
    )
    kubeconfig: Kubeconfig | None = Field(
        default=None, description="File that leads to it, beside `context`; it is not exported."
    )
    context: Text | None = Field(
        default=None, description="Name of the context in the file, beside `kubeconfig`."
    )


@made_of(ClusterOptions)
class ClusterSettings(MakeOrUse):
    """The cluster: settings to create it, or `existing` to use one, with its `purpose` beside."""

    beside: ClassVar[Collection[str]] = ("purpose",)

    existing: ExistingCluster | None = Field(
        default=None, description="Use an existing one instead."
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Those of its form, and of settings that do not go together."""
        yield from super().problems()
        if self.existing is None:
            for field, why in ClusterOptions(**self.arguments()).conflicts(to_camel).items():
                yield ".".join(_camel(field)), why


def _camel(field: str) -> Iterator[str]:
    """`pools.gpu.vm_size` as `pools`, `gpu`, `vmSize`; the name of a pool is its user's."""
    first, *rest = field.split(".")
    yield to_camel(first)
    yield from rest[:-1]
    yield from map(to_camel, rest[-1:])
