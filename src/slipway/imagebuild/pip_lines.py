"""The packages that pip's lines name: in a conda file's `pip:` list, and in the files that it takes in by `-r`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from slipway.imagebuild import pip_options, requirements_file, wheels
from slipway.imagebuild.wheels import Wheel

_VERSION_CONTROL = re.compile(r"(?:git|hg|svn|bzr)\+")
_ADDRESS = re.compile(r"(?:(?:git|hg|svn|bzr)\+)?[a-z]+://", re.IGNORECASE)
_COMMIT = re.compile(r"@[0-9a-f]{40}(?:#|$)")
_HASHES = "hashes beside packages are not used: the image's lock has those of the package index"


@dataclass
class PipLines:
    """Reads lines one by one. Paths are below `folder`, that of the conda file, from which conda runs pip."""

    folder: Path
    left_out: Callable[[str], bool]
    """Whether a package of this name does not go into the image."""
    requirements: list[str] = field(default_factory=list)
    wheels: list[Wheel] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    """Where in the file, and one sentence."""
    _files: set[Path] = field(default_factory=set)

    def read(self, where: str, line: str) -> None:
        """Take in one line of the list."""
        try:
            self._read(where, requirements_file.without_comment(line))
        except ValueError as problem:
            self.problems[where] = str(problem)

    def _read(self, where: str, line: str) -> None:
        if (path := pip_options.requirements_file(line)) is not None:
            self._file(where, path)
        elif line.startswith("-"):
            raise ValueError(pip_options.refusal(line))
        elif line:
            self._package(*pip_options.without_options(line))

    def _file(self, where: str, given: str) -> None:
        """The lines of a file; a path in it is, as for pip, not from the file's folder but from where pip runs."""
        path = _inside(given, self.folder)
        if path in self._files:
            return
        self._files.add(path)
        for number, line in requirements_file.lines(path):
            inner = f"{where}: {given} line {number}"
            try:
                self._read_in(inner, line, path)
            except ValueError as problem:
                self.problems[inner] = str(problem)

    def _read_in(self, where: str, line: str, file: Path) -> None:
        """One line of a file, which names further files from its own folder, as pip has it."""
        path = pip_options.requirements_file(line)
        if path is not None and "://" not in path:
            line = f"-r {_from(file.parent / path, self.folder)}"
        self._read(where, line)

    def _package(self, line: str, had_options: bool) -> None:
        if had_options and _HASHES not in self.notes:
            self.notes.append(_HASHES)
        if wheels.is_path(line):
            self._wheel(line, "", "")
            return
        if _ADDRESS.match(line):
            raise ValueError(_address(line, line))
        try:
            requirement = Requirement(line)
        except InvalidRequirement as error:
            raise ValueError(
                f"{pip_options.shown(line)} is not a pip requirement ({str(error).splitlines()[0]})"
            ) from None
        if requirement.url is None:
            if not self.left_out(canonicalize_name(requirement.name)):
                self.requirements.append(str(requirement))
        elif requirement.url.startswith(("file:", ".")):
            extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
            self._wheel(requirement.url, extras, str(requirement.marker or ""))
        else:
            raise ValueError(_address(requirement.name, requirement.url))

    def _wheel(self, given: str, extras: str, marker: str) -> None:
        wheel = wheels.find(given, self.folder)
        if self.left_out(parse_wheel_filename(wheel.name)[0]):
            return
        if any(each.name == wheel.name and each != wheel for each in self.wheels):
            raise ValueError(f"{given!r} has the name of another wheel in the list: name one")
        if wheel not in self.wheels:
            self.wheels.append(wheel)
        self.requirements.append(wheel.requirement(extras, marker))


def _inside(given: str, folder: Path) -> Path:
    """The file that `-r` names. Raises ValueError."""
    if "://" in given:
        raise ValueError(
            f"'-r {given}' takes packages from an address: put the file beside the conda file, and name that"
        )
    path = folder / given
    if not path.is_file():
        raise ValueError(f"'-r {given}' names a file that does not exist beside the conda file")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(
            f"'-r {given}' names a file outside the conda file's folder, which other machines do not have: "
            "copy it there, or name its packages here"
        )
    return path.resolve()


def _from(path: Path, folder: Path) -> str:
    """As seen from the folder, so that it is named alike on every machine."""
    resolved = path.resolve()
    root = folder.resolve()
    return str(resolved.relative_to(root) if resolved.is_relative_to(root) else resolved)


def _address(name: str, url: str) -> str:
    """What to do about a package that comes from an address."""
    shown = pip_options.shown(url).strip("'\"")
    named = pip_options.shown(name).strip("'\"")
    if not _VERSION_CONTROL.match(url):
        return (
            f"{named} comes from an address, which cannot be locked by hash: name a version that a package index "
            "has, or download its wheel beside the conda file and name it as ./NAME.whl"
        )
    return (
        f"{named} comes from version control, and what is built of a commit cannot be locked by hash: build its "
        f"wheel (`pip wheel --no-deps -w wheels '{_at_a_commit(shown)}'`) and name that, as ./wheels/NAME.whl"
    )


def _at_a_commit(url: str) -> str:
    """With a place for the commit where it names none: a branch or a tag may be another one tomorrow."""
    address, hash_, fragment = url.partition("#")
    scheme, separator, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    if _COMMIT.search(address):
        return url
    repository = path.partition("@")[0]
    return f"{scheme}{separator}{host}{slash}{repository}@COMMIT{hash_}{fragment}"
