"""Settings that are texts or numbers, whatever YAML made of what was written."""

from typing import Annotated, Any

from pydantic import BeforeValidator


def _text(value: Any) -> Any:
    # Numbers become texts by themselves (`Section`), those that were written otherwise as they were written.
    return str(value).lower() if isinstance(value, bool) else value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(  # noqa: TRY004 - of which pydantic makes a refusal
            f"must be a number, got {str(value).lower()}"
        )
    return value


Text = Annotated[str, BeforeValidator(_text)]
"""A text that YAML may have read as true or false."""
Whole = Annotated[int, BeforeValidator(_number)]
"""A whole number; to Python true is one as well."""
Number = Annotated[float, BeforeValidator(_number)]
"""A number."""
