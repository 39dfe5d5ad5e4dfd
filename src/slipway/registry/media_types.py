"""Media types and annotation keys of what lies in the registry.

Models follow the CNCF ModelPack specification, so that KServe's and Kubernetes' image volumes and
other tools can read them; images are ordinary OCI images.
"""

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
EMPTY = "application/vnd.oci.empty.v1+json"

MODEL_ARTIFACT = "application/vnd.cncf.model.manifest.v1+json"
MODEL_CONFIG = "application/vnd.cncf.model.config.v1+json"
MODEL_WEIGHT = "application/vnd.cncf.model.weight.v1.raw"
FILEPATH = "org.cncf.model.filepath"

CREATED = "org.opencontainers.image.created"
TITLE = "org.opencontainers.image.title"
DESCRIPTION = "org.opencontainers.image.description"
REVISION = "org.opencontainers.image.revision"

MODEL_NAME = "io.slipway.model.name"
MODEL_FOLDER = "io.slipway.model.folder"
"""Name of the folder, where the model is one."""
MODEL_TAGS = "io.slipway.model.tags"
"""JSON object of the model's tags."""
MODEL_PROPERTIES = "io.slipway.model.properties"
FRAMEWORK = "io.slipway.model.framework"
FRAMEWORK_VERSION = "io.slipway.model.framework-version"
CREATED_BY = "io.slipway.created-by"

LABEL_CONTENT_KEY = "io.slipway.content-key"
LABEL_MODELS = "io.slipway.models"
LABEL_INSIGHTS = "io.slipway.application-insights"
"""JSON list of model ids, on images."""

WORDS_ARTIFACT = "application/vnd.slipway.model.words.v1+json"
"""What was said of a model after it was registered."""
MODEL_WORDS = "io.slipway.model.words"

ORIGIN_ARTIFACT = "application/vnd.slipway.origin.v1+json"
"""Beside a version that was copied from another registry: where it got its number."""
ORIGIN = "io.slipway.origin"
"""`acme.azurecr.io/images/diabetes-image@sha256:...`"""
ORIGIN_ID = "io.slipway.origin.id"
"""`diabetes-image:8`"""
ORIGIN_CREATED = "io.slipway.origin.created"
"""When it got its number there; the note's own time is that of the copy."""

DELETED_ARTIFACT = "application/vnd.slipway.deleted.v1+json"
"""Stands under the number of a version that was deleted, so that the number is not given again."""
