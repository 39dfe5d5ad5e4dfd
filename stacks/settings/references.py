"""Settings that refer to models and images."""

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from slipway.rules.names import IMAGE_NAME, MODEL_NAME
from slipway.rules.references import ImageReference, ModelReference

_VERSION = "[1-9][0-9]*"


def _parsed(kind: type[ModelReference] | type[ImageReference]) -> BeforeValidator:
    def parse(value: Any) -> ModelReference | ImageReference:
        # Whatever else YAML read it as, a sentence with what was written is the better refusal.
        return value if isinstance(value, kind) else kind.parse("" if value is None else str(value))

    return BeforeValidator(parse)


ModelChoice = Annotated[
    ModelReference,
    _parsed(ModelReference),
    WithJsonSchema({"type": "string", "pattern": f"^{MODEL_NAME.regex}(:{_VERSION})?$"}),
]
ImageChoice = Annotated[
    ImageReference,
    _parsed(ImageReference),
    WithJsonSchema({"type": "string", "pattern": f"^(?:{IMAGE_NAME.regex}):({_VERSION}|latest)$"}),
]
