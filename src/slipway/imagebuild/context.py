"""The room's door: a build context's inputs, its content key, its folder."""

from slipway.imagebuild.content import commit_lock, content_key, default_base_image, lock_path
from slipway.imagebuild.spec import ContextSpec, ModelFile, check
from slipway.imagebuild.staging import stage

__all__ = [
    "ContextSpec",
    "ModelFile",
    "check",
    "commit_lock",
    "content_key",
    "default_base_image",
    "lock_path",
    "stage",
]
