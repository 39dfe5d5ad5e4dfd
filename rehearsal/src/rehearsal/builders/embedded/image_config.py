"""An image's configuration and manifest, by the OCI image specification 1.1."""

import json
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rehearsal.builders.dockerfile import Instruction, Variables, command
from rehearsal.builders.embedded import layer
from rehearsal.builders.embedded.layer import Layer
from rehearsal.distribution.image_python import BASE_ANNOTATION

CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_CREATED = "1980-01-01T00:00:00Z"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "AMD64": "amd64"}
_DURATION = re.compile(r"^(\d+)(ms|s|m)$")
_NANOSECONDS = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9}


@dataclass
class ImageConfig:
    """What the instructions without files say, collected."""

    base: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    workdir: str = "/"

    def apply(self, instruction: Instruction, variables: Variables) -> None:
        """Take in one instruction that makes no layer."""
        getattr(self, f"_{instruction.name.lower()}")(instruction, variables)
        self.note(instruction, empty=True)

    def note(self, instruction: Instruction, *, empty: bool) -> None:
        """Write the instruction into the history."""
        entry: dict[str, Any] = {
            "created": _CREATED,
            "created_by": f"{instruction.name} {instruction.value}",
        }
        self.history.append(entry | ({"empty_layer": True} if empty else {}))

    def document(self, layers: Sequence[Layer], env: Mapping[str, str]) -> bytes:
        """The configuration blob."""
        config = {"Env": [f"{name}={value}" for name, value in env.items()], **self.config}
        return _json(
            {
                "created": _CREATED,
                "architecture": _MACHINES.get(platform.machine(), platform.machine()),
                "os": platform.system().lower(),
                "config": config | {"Labels": self.labels, "WorkingDir": self.workdir},
                "rootfs": {"type": "layers", "diff_ids": [one.digest for one in layers]},
                "history": self.history,
            }
        )

    def _workdir(self, instruction: Instruction, variables: Variables) -> None:
        path = variables.expand(instruction.value)
        self.workdir = path if path.startswith("/") else f"{self.workdir.rstrip('/')}/{path}"

    def _user(self, instruction: Instruction, variables: Variables) -> None:
        self.config["User"] = variables.expand(instruction.value)

    def _expose(self, instruction: Instruction, variables: Variables) -> None:
        ports = self.config.setdefault("ExposedPorts", {})
        for port in variables.expand(instruction.value).split():
            ports[port if "/" in port else f"{port}/tcp"] = {}

    def _label(self, instruction: Instruction, variables: Variables) -> None:
        self.labels.update(variables.pairs(instruction))

    def _stopsignal(self, instruction: Instruction, variables: Variables) -> None:
        self.config["StopSignal"] = variables.expand(instruction.value)

    def _entrypoint(self, instruction: Instruction, _: Variables) -> None:
        self.config["Entrypoint"] = command(instruction)
        self.config.pop("Cmd", None)

    def _cmd(self, instruction: Instruction, _: Variables) -> None:
        self.config["Cmd"] = command(instruction)

    def _healthcheck(self, instruction: Instruction, variables: Variables) -> None:
        if instruction.value.strip().upper() == "NONE":
            self.config["Healthcheck"] = {"Test": ["NONE"]}
            return
        check: dict[str, Any] = {}
        rest = instruction.value.strip()
        while rest.startswith("--"):
            flag, _, rest = rest.partition(" ")
            name, _, value = flag.removeprefix("--").partition("=")
            check[_HEALTH_NAMES.get(name, name)] = _number(instruction, value)
            rest = rest.lstrip()
        words = command(Instruction("CMD", instruction.line, rest.removeprefix("CMD").strip()))
        self.config["Healthcheck"] = {"Test": ["CMD", *words], **check}


_HEALTH_NAMES = {
    "interval": "Interval",
    "timeout": "Timeout",
    "start-period": "StartPeriod",
    "retries": "Retries",
}


def _number(instruction: Instruction, value: str) -> int:
    match = _DURATION.match(value)
    if match:
        return int(match[1]) * _NANOSECONDS[match[2]]
    if value.isdigit():
        return int(value)
    raise instruction.refuse(f"HEALTHCHECK with {value!r}")


def manifest(config: Mapping[str, Any], layers: Sequence[Layer], base: str) -> bytes:
    """The manifest; `config` is the descriptor of the configuration blob."""
    return _json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": {"mediaType": CONFIG_TYPE, **config},
            "layers": [
                {"mediaType": layer.MEDIA_TYPE, "digest": one.digest, "size": one.size}
                for one in layers
            ],
            "annotations": {BASE_ANNOTATION: base},
        }
    )


def _json(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
