"""The room's door: a build context's inputs, its content key, its folder."""

from imagebuild.content import content_key, default_base_image
from imagebuild.spec import ContextSpec, ModelFile, check
from imagebuild.staging import stage

__all__ = ["ContextSpec", "ModelFile", "check", "content_key", "default_base_image", "stage"]
