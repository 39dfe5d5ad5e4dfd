"""Looks at an entry script without running it: is it Python, are `init` and `run` there, can `run` be called?"""

import ast
from pathlib import Path

from slipway.imagebuild.errors import BuildInputError

_MAX_BYTES = 4 << 20
Function = ast.FunctionDef | ast.AsyncFunctionDef


def check(path: Path) -> None:
    """Raises BuildInputError with every problem of the script at `path`."""
    problems = _problems(path)
    if problems:
        raise BuildInputError({f"{path.name}: {where}": what for where, what in problems.items()})


def _problems(path: Path) -> dict[str, str]:
    if path.suffix != ".py" or not path.is_file():
        return {
            "entry_script": f"{path} is not an existing .py file: name the script with init() and run()"
        }
    if path.stat().st_size > _MAX_BYTES:
        return {"entry_script": f"{path} is larger than 4 MiB, so it is no script"}
    try:
        module = ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        if error.lineno is None:  # of a file as a whole, such as one with NUL bytes
            return {"entry_script": f"{path} is not Python: {error.msg}"}
        return {f"line {error.lineno}": f"not Python: {error.msg}"}
    except (RecursionError, MemoryError):
        return {"entry_script": f"{path} is nested too deeply for Python"}
    except ValueError as error:
        return {"entry_script": f"{path} is not Python: {error}"}
    return _contract(module)


def _contract(module: ast.Module) -> dict[str, str]:
    """The script contract of Azure ML: `init()` and `run(data, ...)`."""
    functions, names, star = _bound_at_top(module)
    problems = {}
    for name in ("init", "run"):
        if name not in names and not star:
            problems[name] = (
                f"the function {name}() is missing: an entry script defines init(), which loads the model, "
                "and run(data), which answers a request"
            )
    if "init" in functions:
        problems.update(_init_problems(functions["init"]))
    if "run" in functions:
        problems.update(_run_problems(functions["run"]))
    return problems | _relative_imports(module.body)


def _relative_imports(body: list[ast.stmt]) -> dict[str, str]:
    """Imports that are always made when the script is loaded: one in a `try` may be meant to fail."""
    problems = {}
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.level:
            dots, module = "." * node.level, node.module or ""
            names = ", ".join(alias.name for alias in node.names)
            instead = f"from {module} import {names}" if module else f"import {names}"
            problems[f"line {node.lineno}"] = (
                f"`from {dots}{module} import {names}` fails, since an entry script is in no package: "
                f"write `{instead}`"
            )
    return problems


def _bound_at_top(module: ast.Module) -> tuple[dict[str, Function], set[str], bool]:
    """Functions by name, all names bound at module level (in `if` and `try` too), and whether `import *` occurs."""
    functions: dict[str, Function] = {}
    names: set[str] = set()
    star = False
    pending: list[ast.AST] = list(module.body)
    while pending:
        node = pending.pop(0)
        if isinstance(node, Function):
            functions[node.name] = node
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update((alias.asname or alias.name) for alias in node.names)
            star = star or any(alias.name == "*" for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif not isinstance(node, ast.ClassDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))
    return functions, names, star


def _init_problems(init: Function) -> dict[str, str]:
    where = f"line {init.lineno}"
    if isinstance(init, ast.AsyncFunctionDef):
        return {
            where: "init() is `async`, but is called without awaiting: make it a plain function"
        }
    arguments = init.args
    needed = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    if needed > 0 or None in arguments.kw_defaults:
        return {
            where: "init() takes parameters, but is called with none: remove them or give them defaults"
        }
    return {}


def _run_problems(run: Function) -> dict[str, str]:
    where = f"line {run.lineno}"
    arguments = run.args
    if isinstance(run, ast.AsyncFunctionDef):
        return {where: "run() is `async`, but is called without awaiting: make it a plain function"}
    if arguments.vararg or arguments.kwarg:
        return {where: "run() has *args or **kwargs: name each parameter"}
    if arguments.posonlyargs:
        return {
            where: "run() has positional-only parameters, but is called by name: remove the `/`"
        }
    parameters = [argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)]
    if not [name for name in parameters if name != "request_headers"]:
        return {where: "run() takes no data: define run(data)"}
    if _yields(run):
        return {
            where: "run() is a generator, which no answer can be made of: return the whole answer"
        }
    return {}


def _yields(run: Function) -> bool:
    """Whether the function itself yields; functions inside it may."""
    pending: list[ast.AST] = list(run.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(node))
    return False
