"""`python -m scoring check`: load everything as `serve` would, say what is there, and leave."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scoring import secret_files

if TYPE_CHECKING:
    from scoring.service import Service
    from scoring.settings import Settings
    from scoring.signature import TensorSpec

HELP = "load the entry script or the models, print what they take and give, and leave"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source", type=Path, help="directory with score.py and models, or just models"
    )
    parser.add_argument(
        "--trust-pickle",
        action="store_true",
        default=None,
        help="load pickles whatever their sha256",
    )
    secret_files.add_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    from scoring.server import child

    # A script that ends its process with code 0 would pass for one that can be served.
    return child.run(lambda name: _checked(args, name))


def _checked(args: argparse.Namespace, name: Callable[[str], None]) -> int:
    from scoring import assembly, settings
    from scoring.azureml import logging_file, script_environment
    from scoring.server import logs

    secret_files.take_in(args.secrets)
    given = {"source": args.source, "trust_pickle": args.trust_pickle}
    chosen = settings.read(os.environ, given)
    name(_loaded(chosen))
    printed = sys.stdout
    writer = logs.configure("WARNING" if args.json else chosen.log_level, readable=not args.json)
    try:
        logs.capture(writer, readable=not args.json)
        script_environment.prepare(chosen)
        logging_file.apply(chosen)
        found = describe(assembly.build(chosen))
    finally:
        writer.close()
        sys.stdout = printed
    print(json.dumps(found, indent=2) if args.json else _text(found))
    return 0


def _loaded(chosen: Settings) -> str:
    """What is loaded, as a sentence begins that tells of its end."""
    script = chosen.source / chosen.entry_script
    if chosen.entry_script_named or script.is_file():
        return f"init() of {script}, or its import,"
    return f"Loading the models of {chosen.model_directory or chosen.source}"


def describe(service: Service) -> dict[str, Any]:
    """What is served: the entry script's arguments and schemas, the models' signatures."""
    return {
        "entry_script": None if service.entry_script is None else _script(service),
        "models": [
            {
                "name": model.name,
                "version": model.version,
                "platform": model.platform,
                "batchable": model.batchable,
                "inputs": [_tensor(spec) for spec in model.signature.inputs]
                if model.signature
                else None,
                "outputs": [_tensor(spec) for spec in model.signature.outputs]
                if model.signature
                else None,
            }
            for model in service.models
        ],
    }


def _script(service: Service) -> dict[str, Any]:
    from scoring.azureml.schema import is_schema_decorated, schemas

    script = service.entry_script
    if script is None:
        return {}
    decorated = is_schema_decorated(script.run)
    inputs, outputs = schemas(script.run) if decorated else (None, None)
    return {
        "path": script.path,
        "input": script.parse.kind,
        "parameters": list(script.parse.names),
        "request_headers": script.wants_headers,
        "input_schema": inputs,
        "output_schema": outputs,
    }


def _tensor(spec: TensorSpec) -> dict[str, Any]:
    return {"name": spec.name, "datatype": spec.datatype, "shape": list(spec.shape)}


def _text(found: dict[str, Any]) -> str:
    lines = []
    if found["entry_script"]:
        script = found["entry_script"]
        lines.append(
            f"{script['path']}: run({', '.join(script['parameters'])}), input as {script['input']}"
        )
        lines += (
            [f"  input schema   {json.dumps(script['input_schema'])}"]
            if script["input_schema"]
            else []
        )
        lines += (
            [f"  output schema  {json.dumps(script['output_schema'])}"]
            if script["output_schema"]
            else []
        )
    for model in found["models"]:
        lines.append(f"model {model['name']}, version {model['version']}, {model['platform']}")
        for way in ("inputs", "outputs"):
            lines += [
                f"  {way[:-1]:7}{t['name']}  {t['datatype']} {t['shape']}" for t in model[way] or []
            ]
    return "\n".join(lines)
