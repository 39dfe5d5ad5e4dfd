"""What all parts of a stack's settings have in common."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Section(BaseModel):
    """Unknown keys are refused; numbers may come as text, as `pulumi config set` writes them."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        coerce_numbers_to_str=True,
        extra="forbid",
        frozen=True,
        protected_namespaces=(),
    )

    made_of: ClassVar[type[Any] | None] = None
    """The component's dataclass whose fields are settings here (`derived.made_of`)."""

    def arguments(self) -> dict[str, Any]:
        """The values for that dataclass, by its fields."""
        names = getattr(self.made_of, "__dataclass_fields__", {})
        return {
            name: _value(getattr(self, name)) for name in names if name in type(self).model_fields
        }


def _value(setting: Any) -> Any:
    if isinstance(setting, Section) and setting.made_of is not None:
        return setting.made_of(**setting.arguments())
    if isinstance(setting, Mapping):
        return {name: _value(each) for name, each in setting.items()}
    return setting
