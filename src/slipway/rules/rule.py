"""What a rule is: it says why a value is refused, or nothing."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema


_SHOWN = 100


def shown(value: str) -> str:
    """The text in quotes; a long one is cut, as the key says where to look."""
    return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}..."


class Rule(ABC):
    """Put into a type, `Annotated[str, RULE]`, it holds for arguments of components and for settings."""

    @abstractmethod
    def refusal(self, value: Any) -> str | None:
        """Say why `value` is refused ("must be …, got …"), or None if it is not."""

    def checked(self, value: Any) -> Any:
        """The value, in its usual form. Raises `ValueError` with the refusal."""
        if why := self.refusal(value):
            raise ValueError(why)
        return value

    def schema(self) -> dict[str, Any]:
        """The rule in JSON Schema's terms, as far as those can say it."""
        return {}

    def __get_pydantic_core_schema__(
        self, source: Any, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        # Components do without pydantic: only settings load it.
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.checked, handler(source))

    def __get_pydantic_json_schema__(
        self, core: "CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        return {**handler(core), **self.schema()}
