"""Which files of a folder are the build context: what `.dockerignore` leaves of it."""

import re
from collections.abc import Iterator
from pathlib import Path

_TOKENS = re.compile(r"\*\*/?|\*|\?|\[[^\]]*\]|.", re.DOTALL)


def files(context: Path, dockerfile: Path | None = None) -> Iterator[Path]:
    """Every file of the context, sorted; `<Dockerfile>.dockerignore` wins over `.dockerignore`."""
    patterns = _patterns(context, dockerfile)
    for path in sorted(context.rglob("*")):
        name = path.relative_to(context).as_posix()
        if (path.is_symlink() or path.is_file()) and not _ignored(name, patterns):
            yield path


def _patterns(context: Path, dockerfile: Path | None) -> list[tuple[bool, re.Pattern[str]]]:
    """Whether a match takes the file back in, and what matches; the last match decides."""
    candidates = [context / ".dockerignore"]
    if dockerfile is not None:
        candidates.insert(0, dockerfile.with_name(f"{dockerfile.name}.dockerignore"))
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        return []
    lines = [line.strip() for line in found.read_text(encoding="utf-8-sig").splitlines()]
    return [_pattern(line) for line in lines if line and not line.startswith("#")]


def _pattern(line: str) -> tuple[bool, re.Pattern[str]]:
    taken_back = line.startswith("!")
    text = line.removeprefix("!").strip().strip("/").removeprefix("./")
    expression = "".join(map(_expression, _TOKENS.findall(text)))
    # A pattern that names a folder stands for all that is in it.
    return taken_back, re.compile(rf"^{expression}(?:/.*)?$", re.DOTALL)


def _expression(token: str) -> str:
    if token.startswith("**"):
        return "(?:.*/)?" if token.endswith("/") else ".*"
    if token.startswith("[") and len(token) > 1:
        return token.replace("[!", "[^", 1)
    return {"*": "[^/]*", "?": "[^/]"}.get(token, re.escape(token))


def _ignored(name: str, patterns: list[tuple[bool, re.Pattern[str]]]) -> bool:
    ignored = False
    for taken_back, pattern in patterns:
        if pattern.match(name):
            ignored = not taken_back
    return ignored
