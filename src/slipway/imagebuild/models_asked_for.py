"""Which models an entry script asks for by a literal name, as far as its source tells."""

import ast
from collections.abc import Iterator
from pathlib import Path

_FUNCTION = "get_model_path"


def names(script: Path) -> list[str]:
    """First arguments of `Model.get_model_path("…")`, each once, in the order of the source.

    What stands in a `try` is left out: such a script may know what to do without the model. A script that is no
    Python asks for nothing; `entry_script.check` tells what is wrong with it.
    """
    try:
        module = ast.parse(script.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return list(dict.fromkeys(_asked_for(module)))


def _asked_for(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Try):
        return
    if isinstance(node, ast.Call) and _called(node.func) == _FUNCTION:
        given = [
            *node.args[:1],
            *(each.value for each in node.keywords if each.arg == "model_name"),
        ]
        for argument in given:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value
    for child in ast.iter_child_nodes(node):
        yield from _asked_for(child)


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
