"""Paths of arguments as users of other languages write them."""

import re

from slipway.resources.wire import camel


def wire_path(path: str) -> str:
    """`smoke_body` as `smokeBody`, at every step of a path."""
    return re.sub(r"[a-z0-9_]+", lambda name: camel(name[0]), path)
