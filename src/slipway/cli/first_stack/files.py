"""The files of a first stack: which ones, and how they are written without touching what is there."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slipway.cli.errors import CommandError
from slipway.cli.first_stack.checkout import Checkout, as_seen_from, virtual_environment
from slipway.cli.first_stack.stack_file import compose
from slipway.cli.first_stack.wishes import Wishes
from slipway.places import create_atomically

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


def plan(wishes: Wishes, checkout: Checkout) -> dict[Path, str]:
    """Path -> text: the stack file, and the project's where there is no project yet.

    Raises CommandError naming files that are in the way.
    """
    project = wishes.project
    found = next((project / name for name in _PROJECT_FILES if (project / name).is_file()), None)
    folder = _stack_folder(found) if found else "stacks"
    stack_file = project / folder / f"Pulumi.{wishes.stack}.yaml"
    files = {stack_file: _stack_text(stack_file, wishes, checkout)}
    if found is None:
        files[project / "Pulumi.yaml"] = _project_text(project, checkout)
        files[project / "__main__.py"] = checkout.program
    if present := [path for path in files if path.exists()]:
        raise _in_the_way(*present)
    return files


def write(files: Mapping[Path, str]) -> None:
    """Write all of them, each whole, or none. Raises CommandError when one has appeared meanwhile."""
    written: list[Path] = []
    try:
        for path, text in files.items():
            create_atomically(path, text.encode())
            written.append(path)
    except BaseException as error:
        for done in written:
            done.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise _in_the_way(path) from None
        raise


def _in_the_way(*paths: Path) -> CommandError:
    return CommandError(
        f"{', '.join(map(str, paths))} already {'exists' if len(paths) == 1 else 'exist'}, and nothing is "
        "overwritten: choose another --stack or folder, or remove what is in the way"
    )


def _stack_folder(project_file: Path) -> str:
    import yaml

    try:
        found = yaml.safe_load(project_file.read_text(encoding="utf-8"))
        return str((found or {}).get("stackConfigDir") or ".")
    except (yaml.YAMLError, AttributeError) as error:
        raise CommandError(f"{project_file} cannot be read: {error}") from None


def _stack_text(path: Path, wishes: Wishes, checkout: Checkout) -> str:
    schema = as_seen_from(path.parent, checkout.schema_file)
    explained = as_seen_from(wishes.project, checkout.root / "docs" / "configuration.md")
    heading = (
        f"# yaml-language-server: $schema={schema}\n"
        f"# Every key, and all that may be added: {explained}.\n"
        "# `pulumi config set --path KEY VALUE` changes one value, such as\n"
        f"# `pulumi config set --stack {wishes.stack} --path slipway:services.{wishes.service_name}.cpuCores 2`."
    )
    return compose(wishes.config(), checkout.schema, heading)


def _project_text(project: Path, checkout: Checkout) -> str:
    import yaml

    runtime: dict[str, Any] = {"name": "python"}
    if (environment := virtual_environment()) is not None:
        runtime["options"] = {"virtualenv": as_seen_from(project, environment)}
    document = {
        "name": re.sub(r"[^A-Za-z0-9_.-]+", "-", project.resolve().name).strip("-.") or "slipway",
        "description": "A model in service, by Slipway",
        "runtime": runtime,
        "stackConfigDir": "stacks",
        "plugins": {
            "providers": [{"name": "slipway", "path": as_seen_from(project, checkout.plugin)}]
        },
    }
    text: str = yaml.safe_dump(document, sort_keys=False)
    return text
