"""RUN, done for real in a folder: uv installs, the image's Python compiles, find and rm remove."""

import configparser
import csv
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import uv

from rehearsal.builders.dockerfile import Instruction
from rehearsal.builders.embedded import program
from rehearsal.builders.embedded.run_line import Command, Mount, RunLine
from rehearsal.builders.request import BuildError
from rehearsal.runtimes.process.launch import MARKER
from rehearsal.runtimes.process.process_group import kill_marked

_TIMEOUT_SECONDS = 1800
_OF_THIS_MACHINE = ("direct_url.json", "uv_cache.json")


@dataclass(frozen=True)
class Workplace:
    """Where a RUN happens: `root` stands for `/`, `private` is a folder only for this step."""

    root: Path
    context: Path
    private: Path
    python: Path
    secrets: Mapping[str, str]


def run(instruction: Instruction, line: RunLine, place: Workplace) -> None:
    """Do the commands one after the other. Raises BuildError with the failing one's output."""
    mounted = {mount.target: path for mount in line.mounts if (path := _mounted(mount, place))}
    for command in line.commands:
        _one(instruction, command, place, mounted)


def _one(
    instruction: Instruction, command: Command, place: Workplace, mounted: Mapping[str, Path]
) -> None:
    words = [_real(word, place, mounted) for word in command.words]
    if words[:4] == ["python", "-m", "pip", "install"]:
        variables = {
            name: _real(value, place, mounted) for name, value in command.environment.items()
        }
        _install(instruction, words[4:], place, variables, mounted.get("/run/secrets/pip_conf"))
    elif words[:3] == ["python", "-m", "compileall"]:
        _compile(instruction, words[3:], command.environment, place)
    else:
        call(instruction, words, {"PATH": os.environ.get("PATH", os.defpath)})


def _mounted(mount: Mount, place: Workplace) -> Path | None:
    """The file on this machine; a secret that was not given is not there, as in BuildKit."""
    if mount.type == "bind":
        path = (place.context / mount.source.lstrip("/")).resolve()
        return path if path.is_relative_to(place.context.resolve()) else None
    if mount.source not in place.secrets:
        return None
    descriptor, name = tempfile.mkstemp(dir=place.private)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(place.secrets[mount.source])
    return Path(name)


def _real(word: str, place: Workplace, mounted: Mapping[str, Path]) -> str:
    if word in mounted:
        return str(mounted[word])
    return f"{place.root}{word}" if word.startswith("/") else word


def _install(
    instruction: Instruction,
    options: Sequence[str],
    place: Workplace,
    variables: Mapping[str, str],
    pip_conf: Path | None,
) -> None:
    """uv takes pip's options here; it links files from its cache instead of copying them. Of the variables, a
    requirements file may name any."""
    of_pip_only = {"--disable-pip-version-check", "--no-cache-dir", "--no-compile", "--no-input"}
    wanted = [option for option in options if option not in of_pip_only]
    environment = {
        **os.environ,
        **variables,
        "UV_NO_PROGRESS": "1",
        **_trust(place),
        **_indexes(pip_conf),
        MARKER: str(place.private),
    }
    environment.pop("VIRTUAL_ENV", None)
    python = ["--python", str(place.python)]
    try:
        call(instruction, [uv.find_uv_bin(), "pip", "install", *python, *wanted], environment)
    finally:
        kill_marked(str(place.private))  # what a package's own build has left in the background
    target = wanted[next(i for i, word in enumerate(wanted) if word in ("--target", "-t")) + 1]
    _forget_this_machine(Path(target))


def _forget_this_machine(libraries: Path) -> None:
    """Remove what depends on the machine that installed, and its lines of every RECORD: console scripts name the
    interpreter, other files where a package came from and when.

    RECORD is replaced, never changed in place: it may be a link into the installer's cache.
    """
    shutil.rmtree(libraries / "bin", ignore_errors=True)
    for name in _OF_THIS_MACHINE:
        for path in libraries.glob(f"*.dist-info/{name}"):
            path.unlink()
    for record in sorted(libraries.glob("*.dist-info/RECORD")):
        rows = list(csv.reader(io.StringIO(record.read_text(encoding="utf-8"))))
        kept = sorted(row for row in rows if row and not _is_of_this_machine(Path(row[0])))
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(kept)
        aside = record.with_name("RECORD.new")
        aside.write_text(text.getvalue(), encoding="utf-8")
        aside.replace(record)


def _is_of_this_machine(recorded: Path) -> bool:
    return "bin" in recorded.parts[:-1] or recorded.name in _OF_THIS_MACHINE


def _trust(place: Workplace) -> dict[str, str]:
    if not place.secrets.get("ca_bundle"):
        return {}
    path = place.private / "ca_bundle.pem"
    path.write_text(place.secrets["ca_bundle"], encoding="ascii", errors="ignore")
    return {"SSL_CERT_FILE": str(path)}


def _indexes(pip_conf: Path | None) -> dict[str, str]:
    """pip's indexes in uv's variables, so that credentials stand on no command line."""
    if pip_conf is None:
        return {}
    configuration = configparser.ConfigParser(interpolation=None)
    configuration.read(pip_conf, encoding="utf-8")
    found = {
        "UV_DEFAULT_INDEX": configuration.get("global", "index-url", fallback=""),
        "UV_INDEX": " ".join(configuration.get("global", "extra-index-url", fallback="").split()),
        "UV_INSECURE_HOST": " ".join(
            configuration.get("global", "trusted-host", fallback="").split()
        ),
    }
    return {name: value for name, value in found.items() if value}


def _compile(
    instruction: Instruction,
    options: Sequence[str],
    environment: Mapping[str, str],
    place: Workplace,
) -> None:
    """One process per package and two at a time.

    What a process has compiled before shows in its later files (marshal writes what it has seen as references),
    so that splitting the work by package keeps the bytes the same however the processes are scheduled.
    """
    *flags, folder = options
    flags += ["-s", str(place.root), "-p", "/"]
    packages = sorted(path for path in Path(folder).iterdir() if _has_python(path))
    environment = {"PATH": os.environ.get("PATH", os.defpath), **environment}
    command = [str(place.python), "-I", "-m", "compileall", *flags]
    if "PYTHONHASHSEED" in environment:
        command.remove("-I")  # -I would ignore the seed; -s keeps the user's packages out
        command.insert(1, "-s")
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as workers:
        compiled = [
            workers.submit(call, instruction, [*command, str(package)], environment)
            for package in packages
        ]
    for each in compiled:
        each.result()


def _has_python(path: Path) -> bool:
    return path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")


def call(
    instruction: Instruction,
    command: Sequence[str],
    environment: Mapping[str, str],
    cwd: Path | None = None,
) -> None:
    """Run the command to its end. Raises BuildError with the last lines of what it printed."""
    try:
        ended = program.run(command, environment, cwd, _TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        raise BuildError(
            f"Dockerfile line {instruction.line}: {instruction.name} did not end within {_TIMEOUT_SECONDS} s"
        ) from None
    if ended.exit_code != 0:
        raise BuildError(
            f"Dockerfile line {instruction.line}: {instruction.name} failed with exit code "
            f"{ended.exit_code}:\n{ended.output}"
        )
