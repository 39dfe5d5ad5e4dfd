"""How one goes back to the image that answered before: the last line of a failed smoke test."""

from collections.abc import Mapping
from typing import Any


def way_back(state: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """One line. `state` is that of the last smoke test that went well, empty where none did."""
    image, before, setting = inputs.get("image"), state.get("image"), inputs.get("image_setting")
    of_stack = f" --stack {inputs['stack']}" if inputs.get("stack") else ""
    configure, up = f"pulumi config set{of_stack} --path {setting}", f"pulumi up{of_stack}"
    if before and before == image:
        return f"{image} answered before: undo what else was changed, then run `{up}`."
    if before and setting:
        return f"To go back: {configure} {before} && {up}"
    if before:
        return f"To go back, give the service {before} as its image, then run `{up}`."
    chosen = f"`{configure} NAME:VERSION`" if setting else "name one"
    return f"To go back: `slipway images list{of_stack}` shows the images that there are; {chosen}, then `{up}`."
