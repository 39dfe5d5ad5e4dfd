"""How configuration and commands refer to models and images: by name, by version, or to the newest."""

from dataclasses import dataclass
from typing import Self

from slipway.rules.names import IMAGE_NAME, MODEL_NAME
from slipway.rules.rule import shown

LATEST = "latest"
_MOST_DIGITS = 9


@dataclass(frozen=True)
class ModelReference:
    """`diabetes`, a model of this stack, or `diabetes:3`, a registered one."""

    name: str
    version: int | None = None
    """None for the model of this stack."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError`."""
        name, colon, number = text.partition(":")
        if not MODEL_NAME.allows(name) or (colon and not is_version(number)):
            raise ValueError(
                "must be the name of a model in slipway:models, or name:version such as diabetes:3 for a "
                f"registered model, got {shown(text)}"
            )
        return cls(name, int(number) if colon else None)

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name}:{self.version}"


@dataclass(frozen=True)
class ImageReference:
    """`diabetes-image:7`, or `diabetes-image:latest`."""

    name: str
    version: int | None = None
    """None for the latest."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError`."""
        name, colon, number = text.partition(":")
        if not colon and name != LATEST and IMAGE_NAME.allows(name):
            raise ValueError(
                f"must say which version, by :{LATEST} or a number such as :7 at its end, got {shown(text)}"
            )
        if not IMAGE_NAME.allows(name) or not (number == LATEST or is_version(number)):
            raise ValueError(
                "must be name:version such as diabetes-image:7, or name:latest, where the name is "
                f"{IMAGE_NAME.wording}, got {shown(text)}"
            )
        return cls(name, None if number == LATEST else int(number))

    def __str__(self) -> str:
        return f"{self.name}:{self.version or LATEST}"


def is_version(text: str) -> bool:
    """Versions are written in one way only: no leading zeros, no digits of other scripts, and not for ever."""
    plain = text.isascii() and text.isdigit() and not text.startswith("0")
    return plain and len(text) <= _MOST_DIGITS
