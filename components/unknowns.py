"""Values that a preview cannot know."""

from typing import Any, cast

import pulumi


def unknown() -> pulumi.Output[Any]:
    """An output that is not known yet. Only for previews: an update would wait for it in vain."""
    return pulumi.Output.from_input(cast("Any", pulumi.UNKNOWN))
