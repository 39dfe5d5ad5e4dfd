"""The docstrings under a class's fields, which Python does not keep.

They are the one description of an argument: of a component's, in its schema, and of the setting made of it.
"""

import ast
import inspect
import textwrap
from itertools import pairwise


def field_docs(owner: type) -> dict[str, str]:
    """Field -> its docstring on one line, inherited ones included; fields without one are left out."""
    found: dict[str, str] = {}
    for cls in reversed(owner.__mro__):
        if cls is not object:
            found |= _own_docs(cls)
    return found


def _own_docs(cls: type) -> dict[str, str]:
    try:
        source = textwrap.dedent(inspect.getsource(cls))
    except (OSError, TypeError):  # made at run time: it has no source, and no docstrings either
        return {}
    (definition,) = ast.parse(source).body
    if not isinstance(definition, ast.ClassDef):
        return {}
    return {
        field.target.id: inspect.cleandoc(doc).replace("\n", " ")
        for field, below in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if (doc := _text(below)) is not None
    }


def _text(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return value if isinstance(value, str) else None
    return None
