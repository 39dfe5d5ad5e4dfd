"""`python -m slipway.imagebuild lock FILE`: writes the lock that is committed beside a conda file or a bare model."""

import argparse
import sys
from pathlib import Path

from slipway.imagebuild import bare_models
from slipway.imagebuild.context import ContextSpec, ModelFile, commit_lock
from slipway.imagebuild.errors import BuildInputError


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m slipway.imagebuild")
    command = parser.add_subparsers(required=True).add_parser("lock")
    command.add_argument("file", type=Path, help="conda file, or model that is served without one")
    command.add_argument("--model", type=Path, help="beside a conda file: model served as it is")
    command.add_argument("--framework", default="", help="as the model is registered")
    command.add_argument("--framework-version", default="", help="as the model is registered")
    command.add_argument("--python-version", help="the image's, where the stack sets it")
    command.add_argument(
        "--application-insights", action="store_true", help="where services send telemetry there"
    )
    try:
        print(_locked(parser.parse_args()))
    except BuildInputError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _locked(args: argparse.Namespace) -> Path:
    conda_file: Path | None = None
    models: tuple[ModelFile, ...] = ()
    if bare_models.refusal(args.file) is None:
        models = (_model(args.file, args.framework, args.framework_version),)
    else:
        conda_file = args.file
        if args.model is not None:
            models = (_model(args.model, "", ""),)
    return commit_lock(
        ContextSpec(
            models=models,
            conda_file=conda_file,
            python_version=args.python_version,
            application_insights=args.application_insights,
        )
    )


def _model(path: Path, framework: str, framework_version: str) -> ModelFile:
    return ModelFile(
        name=path.stem,
        version=0,
        path=path,
        sha256="",
        framework=framework,
        framework_version=framework_version,
    )


if __name__ == "__main__":
    sys.exit(main())
