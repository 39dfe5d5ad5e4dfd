"""The docstrings under a class's attributes, which Python keeps nowhere but in the source."""

import ast
import inspect
import textwrap
from itertools import pairwise


def attribute_docstrings(cls: type) -> dict[str, str]:
    """Attribute name to docstring, for `cls` and all that it inherits from."""
    found: dict[str, str] = {}
    for each in reversed(cls.__mro__):
        if each.__module__ != "builtins":
            found |= _own(each)
    return found


def _own(cls: type) -> dict[str, str]:
    try:
        source = inspect.getsource(cls)
    except (OSError, TypeError):  # made at run time, or by an extension module
        return {}
    (definition,) = ast.parse(textwrap.dedent(source)).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    found = {}
    for attribute, text in pairwise(body):
        match attribute, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(docstring))),
            ):
                found[name] = inspect.cleandoc(docstring)
    return found
