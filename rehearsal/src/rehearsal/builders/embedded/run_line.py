"""RUN lines of the forms that can be done without a container: pip install, compileall, rm, find -exec rm."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from rehearsal.builders.dockerfile import Instruction

_ASSIGNMENT = re.compile(r"^[A-Z_][A-Z0-9_]*=")
# Words that mean something to a shell but not to us; a line that has one needs a real one.
_SHELL = re.compile(r"[;|<>`&]|\$\(|\|\|")
_PIP_FLAGS = frozenset(
    [
        "--disable-pip-version-check",
        "--no-cache-dir",
        "--no-compile",
        "--no-deps",
        "--no-input",
        "--require-hashes",
        "--quiet",
        "-q",
    ]
)
_PIP_VALUES = {"--target", "-t", "-r", "--requirement"}


@dataclass(frozen=True)
class Mount:
    """`--mount=type=bind|secret`: where a file or folder of the context, or a secret, is seen."""

    type: str
    source: str
    target: str


@dataclass(frozen=True)
class Command:
    """One simple command and the variables set for it."""

    words: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RunLine:
    """A RUN line taken apart."""

    mounts: tuple[Mount, ...]
    commands: tuple[Command, ...]


def parse(instruction: Instruction) -> RunLine:
    """Raises BuildError for every form that only Docker can do."""
    mounts, parts = _split(instruction)
    commands = [_command(instruction, part) for part in parts]
    for command in commands:
        if not any(known(command.words) for known in (_is_pip, _is_compileall, _is_rm, _is_find)):
            raise instruction.refuse("RUN of other commands than pip install and compileall")
    return RunLine(mounts, tuple(commands))


def parse_programs(instruction: Instruction) -> RunLine:
    """The same for programs of a finished image, whatever they are."""
    mounts, parts = _split(instruction)
    return RunLine(mounts, tuple(_command(instruction, part) for part in parts))


def _split(instruction: Instruction) -> tuple[tuple[Mount, ...], list[str]]:
    mounts: list[Mount] = []
    rest = instruction.value.strip()
    while rest.startswith("--"):
        flag, _, rest = rest.partition(" ")
        mounts.append(_mount(instruction, flag))
        rest = rest.lstrip()
    if rest.startswith("["):
        raise instruction.refuse("RUN in JSON form")
    return tuple(mounts), rest.split(" && ")


def _mount(instruction: Instruction, flag: str) -> Mount:
    if not flag.startswith("--mount="):
        raise instruction.refuse(f"RUN {flag}")
    parts = dict(pair.partition("=")[::2] for pair in flag.removeprefix("--mount=").split(","))
    kind = parts.get("type", "bind")
    target = parts.get("target") or parts.get("dst") or parts.get("destination") or ""
    if kind == "secret" and parts.get("id"):
        return Mount(kind, parts["id"], target or f"/run/secrets/{parts['id']}")
    if kind == "bind" and parts.get("source") and target and "from" not in parts:
        return Mount(kind, parts["source"], target)
    raise instruction.refuse(f"RUN {flag}")


def _command(instruction: Instruction, text: str) -> Command:
    words = _words(instruction, text)
    environment = {}
    while words and _ASSIGNMENT.match(words[0]):
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    return Command(tuple(words), environment)


def _words(instruction: Instruction, text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError:
        raise instruction.refuse("RUN with quotes that do not match") from None
    if any(_SHELL.search(word) for word in words if word not in ("{}", "+")):
        raise instruction.refuse("RUN with a shell's redirections, pipes or lists")
    return words


def _is_pip(words: Sequence[str]) -> bool:
    return tuple(words[:4]) == ("python", "-m", "pip", "install") and _pip_options(words[4:])


def _pip_options(words: Sequence[str]) -> bool:
    left = list(words)
    targeted = required = False
    while left:
        word = left.pop(0)
        if word in _PIP_VALUES and left:
            targeted = targeted or word in ("--target", "-t")
            required = required or word in ("-r", "--requirement")
            left.pop(0)
        elif word not in _PIP_FLAGS:
            return False
    return targeted and required


def _is_compileall(words: Sequence[str]) -> bool:
    return tuple(words[:3]) == ("python", "-m", "compileall") and _absolute(words[-1])


def _is_rm(words: Sequence[str]) -> bool:
    return tuple(words[:2]) == ("rm", "-rf") and all(_absolute(word) for word in words[2:])


def _is_find(words: Sequence[str]) -> bool:
    """`find FOLDER tests... -exec rm -rf {} +`, tests being of name, path and type only."""
    if words[:1] != ("find",) or tuple(words[-5:]) != ("-exec", "rm", "-rf", "{}", "+"):
        return False
    tests = {word for word in words[2:-5] if word.startswith("-")}
    return _absolute(words[1]) and tests <= {"-type", "-name", "-path", "-o", "-prune"}


def _absolute(path: str) -> bool:
    return path.startswith("/") and ".." not in path.split("/")
