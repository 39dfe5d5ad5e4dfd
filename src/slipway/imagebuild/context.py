"""The room's door: a build context's inputs, its content key, its folder."""

from slipway.imagebuild.content import base_image_of, commit_lock, content_key, lock_path
from slipway.imagebuild.spec import ContextSpec, ModelFile, check
from slipway.imagebuild.staging import stage

__all__ = [
    "ContextSpec",
    "ModelFile",
    "base_image_of",
    "check",
    "commit_lock",
    "content_key",
    "lock_path",
    "stage",
]
