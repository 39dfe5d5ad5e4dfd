"""Paths of arguments as users of other languages write them."""

import re

from slipway.resources.wire import camel


def wire_path(path: str) -> str:
    """`smoke_body` as `smokeBody`, at every step of a path."""
    return re.sub(r"[a-z0-9_]+", lambda name: camel(name[0]), path)


def top_name(path: str) -> str:
    """The property that a path begins with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]
