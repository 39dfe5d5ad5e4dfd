"""Reads a Dockerfile into instructions with their variables filled in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from dockerfile_parse import DockerfileParser
from dockerfile_parse.util import WordSplitter, extract_key_values

from rehearsal.builders.request import BuildError

ALL = frozenset(
    {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"}
    | {"MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
# What a builder without containers can do with them is in `embedded`.
_KNOWN = ALL - {"ADD", "MAINTAINER", "ONBUILD", "SHELL", "VOLUME"}


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name, its line (from 1), and its value as written."""

    name: str
    line: int
    value: str

    def refuse(self, what: str) -> BuildError:
        """What this builder has no form for."""
        return BuildError(
            f"Dockerfile line {self.line}: {what} needs SLIPWAY_RUNTIME=docker; "
            f"the embedded builder cannot do it: {self.name} {self.value[:200]}"
        )


@dataclass
class Variables:
    """ARG and ENV as they stand at some instruction."""

    build_args: Mapping[str, str]
    args: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)

    def expand(self, text: str) -> str:
        """Fill in `$NAME` and `${NAME}`; unknown names become empty, as Docker has it."""
        return str(WordSplitter(text, args=self.args, envs=self.env).dequote())

    def pairs(self, instruction: Instruction) -> dict[str, str]:
        """The pairs of ENV, LABEL or ARG."""
        try:
            return dict(extract_key_values(True, self.args, self.env, instruction.value))
        except (ValueError, IndexError) as error:
            raise BuildError(f"Dockerfile line {instruction.line}: {error}") from None

    def declare(self, instruction: Instruction) -> None:
        """ARG: a build argument wins over the default."""
        name, _, default = instruction.value.partition("=")
        self.args[name.strip()] = self.build_args.get(name.strip(), self.expand(default))


def read(text: str) -> list[Instruction]:
    """All instructions, in order. Raises BuildError for what no builder knows."""
    structure: Sequence[Mapping[str, Any]] = DockerfileParser(
        fileobj=BytesIO(text.encode()),  # type: ignore[arg-type]  # the stubs say text, the parser wants bytes
        env_replace=False,
    ).structure
    instructions = [
        Instruction(part["instruction"].upper(), part["startline"] + 1, part["value"])
        for part in structure
        if part["instruction"] != "COMMENT"
    ]
    if not instructions:
        raise BuildError("the Dockerfile has no instructions")
    for instruction in instructions:
        if instruction.name not in ALL:
            raise BuildError(
                f"dockerfile parse error on line {instruction.line}: unknown instruction: {instruction.name}"
            )
    return instructions


def parse(text: str) -> list[Instruction]:
    """`read`, for a builder without Docker: also raises BuildError for what only Docker can do."""
    instructions = read(text)
    for instruction in instructions:
        if instruction.name not in _KNOWN or "<<" in instruction.value.split("#")[0]:
            raise instruction.refuse(f"the instruction {instruction.name} in this form")
    _require_one_stage(instructions)
    return instructions


def command(instruction: Instruction) -> list[str]:
    """ENTRYPOINT and CMD: the JSON form as it stands, the other through a shell."""
    if instruction.value.lstrip().startswith("["):
        try:
            words = json.loads(instruction.value)
        except ValueError:
            words = None
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return words
    return ["/bin/sh", "-c", instruction.value]


def _require_one_stage(instructions: list[Instruction]) -> None:
    stages = [one for one in instructions if one.name == "FROM"]
    if not stages:
        raise BuildError("Dockerfile: no FROM instruction is in it")
    if len(stages) > 1:
        raise stages[1].refuse("a second stage")
