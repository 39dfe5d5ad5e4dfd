"""The TypeScript SDK of a Pulumi package, from its schema.

    python -m tools.sdk plugin/schema.json FOLDER

What `pulumi package add` does in a TypeScript project, and by `pulumi package gen-sdk` where the
toolchain has the vendor's language plugin for Node.js. A toolchain that was built here has none,
but the vendor's generator is a Go library, and `sdkgen` is a program around it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rehearsal.golang.errors import ToolchainError
from tools import places, toolchain

_VENDORS_PLUGIN = "pulumi-language-nodejs"


def generate(schema: Path, folder: Path) -> None:
    """Write the SDK into `folder`, in place of one that is there.

    Raises ToolchainError with the generator's output where the schema is not fit for one.
    """
    tools = toolchain.find()
    if tools is None:
        raise ToolchainError("There is no Pulumi toolchain yet: make toolchain")
    with tempfile.TemporaryDirectory(prefix="slipway-sdk-") as scratch:
        made = _made(tools, schema, Path(scratch))
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder)


def _made(tools: Path, schema: Path, scratch: Path) -> Path:
    """The folder with the SDK, somewhere in `scratch`."""
    if (tools / places.SDK_GENERATOR).exists():
        _run(tools / places.SDK_GENERATOR, "nodejs", schema, scratch)
        return scratch
    if (tools / _VENDORS_PLUGIN).exists() or shutil.which(_VENDORS_PLUGIN):
        options: list[str | Path] = ["--language", "nodejs", "--local", "--out", scratch]
        _run(tools / places.CLI, "package", "gen-sdk", *options, schema)
        return scratch / "nodejs"
    raise ToolchainError(f"{tools} has neither {places.SDK_GENERATOR} nor {_VENDORS_PLUGIN}")


def _run(program: Path, *arguments: str | Path) -> None:
    env = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    done = subprocess.run([program, *arguments], capture_output=True, text=True, env=env)
    if done.returncode != 0:
        raise ToolchainError(f"{program.name} failed:\n{done.stdout}{done.stderr}".rstrip())


def main(arguments: list[str] | None = None) -> int:
    """The command line; see the module."""
    parser = argparse.ArgumentParser(prog="tools.sdk", description=__doc__.splitlines()[0])
    parser.add_argument("schema", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    try:
        generate(given.schema, given.folder)
    except ToolchainError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
