"""Files of pip's requirements, as `-r FILE` names them: their lines, as pip reads them."""

import re
from collections.abc import Iterator
from pathlib import Path

from slipway.imagebuild.file_text import read_text

# pip's: a comment begins a line or follows a blank.
_COMMENT = re.compile(r"(?:^|\s+)#.*$")


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The number and text of each line that says something; lines that end in a backslash are joined.

    Raises ValueError where the file is not text.
    """
    number, joined = 0, ""
    for at, raw in enumerate(read_text(path).splitlines(), start=1):
        number = number or at
        if raw.endswith("\\") and not raw.lstrip().startswith("#"):
            joined += raw[:-1]
            continue
        if text := without_comment(joined + raw):
            yield number, text
        number, joined = 0, ""
    if text := without_comment(joined):
        yield number, text


def without_comment(line: str) -> str:
    """The line without blanks around it and without its comment."""
    return _COMMENT.sub("", line).strip()
