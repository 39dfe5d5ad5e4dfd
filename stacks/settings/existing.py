"""Create it, or use it: the two forms of a workspace, a cluster and a hub, each of which says in a file of its own what
its id and its name are.

What is used was created by another stack, or by hand; it is never changed and never destroyed here.
"""

from collections.abc import Collection, Iterator
from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.alias_generators import to_camel

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
    id: Text | None = Field(default=None, description="Its ARM id.")
    resource_group: Annotated[Text, RESOURCE_GROUP_NAME] | None = Field(
        default=None, description="Name of its resource group, beside `name`."
    )
    name: Text | None = Field(default=None, description="Its name, beside `resourceGroup`.")

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

    beside: ClassVar[Collection[str]] = ()
    """Settings that may be given beside `existing`: of something else that belongs to it."""

    existing: Existing | None = Field(default=None, description="Use an existing one instead.")

    def problems(self) -> Iterator[tuple[str, str]]:
        """Where, below this section, and what is wrong with its form."""
        if self.existing is None:
            return
        if why := self.existing.problem():
            yield "existing", why
        for name in sorted(self.model_fields_set - {"existing", *self.beside}):
            yield (
                to_camel(name),
                "must not be given beside existing: what is used is never changed; set it in the stack "
                "that creates it",
            )
