"""Values that a preview cannot know."""

from typing import Any, TypeVar, cast

import pulumi

Value = TypeVar("Value")


def unknown() -> pulumi.Output[Any]:
    """An output that is not known yet. Only for previews: an update would wait for it in vain."""
    return pulumi.Output.from_input(cast("Any", pulumi.UNKNOWN))


def or_none(output: pulumi.Output[Value]) -> pulumi.Output[Value | None]:
    """The same, but None instead of unknown in a preview, so that what is known beside it stays known."""
    if not pulumi.runtime.is_dry_run():
        return cast("pulumi.Output[Value | None]", output)
    return pulumi.Output.from_input(output.future())
