"""Pulumi as its vendor publishes it: the archive that the vendor's own installer unpacks."""

import hashlib
import platform
import shutil
import tarfile
from pathlib import Path
from typing import IO

import httpx

from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.install import whole
from rehearsal.golang.report import progress
from rehearsal.golang.version import Version
from tools.places import CLI, HOST

ARCHIVES = "https://get.pulumi.com/releases/sdk"
CHECKSUMS = "https://github.com/pulumi/pulumi/releases/download"
# Where the vendor is out of reach that has to show at once; a slow line may still take its time.
TIMEOUT = httpx.Timeout(20, connect=3)
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def download(
    version: Version, target: Path, *, archives: str = ARCHIVES, checksums: str = CHECKSUMS
) -> None:
    """Fetch the release into `target/bin`, checked against the vendor's published SHA-256.

    Raises ToolchainError where the vendor is out of reach or the archive is not the published one.
    """
    name = f"pulumi-v{version}-{_platform()}.tar.gz"
    try:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=True) as client:
            listed = client.get(f"{checksums}/v{version}/pulumi-{version}-checksums.txt")
            listed.raise_for_status()
            expected = _checksum(listed.text, name)
            with whole(target) as folder:
                archive = folder / name
                _fetch(client, f"{archives}/{name}", archive, expected)
                _unpack(archive, folder / "bin")
                archive.unlink()
    except (httpx.HTTPError, OSError, tarfile.TarError) as error:
        raise ToolchainError(f"vendor: {archives}: {str(error) or type(error).__name__}") from error


def _platform() -> str:
    machine = platform.machine().lower()
    if machine not in _MACHINES:
        raise ToolchainError(f"vendor: nothing is published for {machine}")
    return f"{platform.system().lower()}-{_MACHINES[machine]}"


def _checksum(listed: str, name: str) -> str:
    for line in listed.splitlines():
        digest, _, file = line.partition(" ")
        if file.strip(" *") == name:
            return digest.lower()
    raise ToolchainError(f"vendor: {name} is not in the published list of checksums")


def _fetch(client: httpx.Client, url: str, archive: Path, expected: str) -> None:
    digest = hashlib.sha256()
    with client.stream("GET", url) as answer, archive.open("wb") as out:
        answer.raise_for_status()
        size = float(answer.headers.get("content-length") or 0) / 1e6 or None
        with progress("Downloading Pulumi (MB)", size) as shown:
            for piece in answer.iter_bytes(1 << 20):
                out.write(piece)
                digest.update(piece)
                shown.advance(answer.num_bytes_downloaded / 1e6)
    if digest.hexdigest() != expected:
        raise ToolchainError(
            f"vendor: {url} has SHA-256 {digest.hexdigest()}, published is {expected}; not used"
        )


def _unpack(archive: Path, into: Path) -> None:
    """Programs only, without the archive's top folders.

    Written by hand: of a member nothing is used but its content and the last part of its name, and
    Python before 3.11.4 has no `extract(filter=…)`.
    """
    into.mkdir()
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and (content := tar.extractfile(member)):
                _write(content, into / Path(member.name).name)
    for program in (CLI, HOST):
        if not (into / program).is_file():
            raise ToolchainError(f"vendor: {archive.name} contains no {program}")


def _write(content: IO[bytes], program: Path) -> None:
    with content, program.open("xb") as out:
        shutil.copyfileobj(content, out)
    program.chmod(0o755)
