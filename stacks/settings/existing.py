"""Create it, or use it: the two forms of a workspace, and of a cluster and a hub in later releases.

What is used was created by another stack, or by hand; it is never changed and never destroyed here.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.alias_generators import to_camel

from slipway.rules.arm_ids import RESOURCE_GROUP_ID
from slipway.rules.names import RESOURCE_GROUP_NAME, STACK_NAME
from stacks.settings.section import Section
from stacks.settings.texts import Text


class Existing(Section):
    """What to use, in exactly one of these ways: `stack`, `id`, or `resourceGroup` and `name`."""

    forms: ClassVar[tuple[tuple[str, ...], ...]] = (("stack",), ("id",), ("resource_group", "name"))
    """The fields of each way. A kind that knows more ways adds them."""

    stack: Annotated[Text, STACK_NAME] | None = Field(
        default=None, description="Stack that creates it: organization/project/stack."
    )
    id: Annotated[Text, RESOURCE_GROUP_ID] | None = Field(
        default=None, description="ARM id of its resource group."
    )
    resource_group: Annotated[Text, RESOURCE_GROUP_NAME] | None = Field(
        default=None, description="Name of its resource group, beside `name`."
    )
    name: Annotated[Text, RESOURCE_GROUP_NAME] | None = Field(
        default=None,
        description="Its base name, beside `resourceGroup`; as a rule they are the same.",
    )

    def problem(self) -> str | None:
        """What is wrong with the choice of a way, if anything."""
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if any(set(form) == set(given) for form in self.forms):
            return None
        *ways, last = (" with ".join(map(to_camel, form)) for form in self.forms)
        received = " and ".join(map(to_camel, given)) or "nothing"
        return f"must have exactly one of {', '.join(ways)}, or {last}, got {received}"


class MakeOrUse(Section):
    """Settings to create something, or `existing` alone to use one that exists."""

    existing: Existing | None = Field(default=None, description="Use an existing one instead.")

    def problems(self) -> Iterator[tuple[str, str]]:
        """Where, below this section, and what is wrong with its form."""
        if self.existing is None:
            return
        if why := self.existing.problem():
            yield "existing", why
        for name in sorted(self.model_fields_set - {"existing"}):
            yield (
                to_camel(name),
                "must not be given beside existing: what is used is never changed; set it in the stack "
                "that creates it",
            )
