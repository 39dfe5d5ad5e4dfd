"""How one goes back to the image that answered before: the last line of a failed smoke test."""

from collections.abc import Mapping
from typing import Any


def way_back(state: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """One line. `state` is that of the last smoke test that went well, empty where none did."""
    image, before, setting = inputs.get("image"), state.get("image"), inputs.get("image_setting")
    if before and before == image:
        return f"{image} answered before: undo what else was changed, then run `pulumi up`."
    if before and setting:
        return f"To go back: pulumi config set --path {setting} {before} && pulumi up"
    if before:
        return f"To go back, give the service {before} as its image, then run `pulumi up`."
    chosen = f"`pulumi config set --path {setting} NAME:VERSION`" if setting else "name one"
    return f"To go back: `slipway images list` shows the images that there are; {chosen}, then `pulumi up`."
