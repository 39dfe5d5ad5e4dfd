"""docs/decisions/README.md: one line for each decision."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "decisions"
PATH = FOLDER / "README.md"
_FORM = re.compile(
    r"# (?P<number>\d{4})\. (?P<title>\S.*)\n\n"
    r"- Date: (?P<date>\d{4}-\d\d-\d\d)\n"
    r"- Status: (?P<status>accepted|superseded by \d{4}|withdrawn)\n\n"
)
_HEAD = """# Decisions

Why things are as they are; one file for each choice that somebody could want to make again.
A new one takes the next free number and begins as these do:

    # NNNN. A title that states the decision

    - Date: YYYY-MM-DD
    - Status: accepted

A decision that no longer holds stays, with the status `superseded by NNNN` or `withdrawn`.
`make docs` writes this index.

| number | decision | date | status |
|---|---|---|---|
"""


class FormError(Exception):
    """A decision that does not begin as all do; the message says which and how it should."""


@dataclass(frozen=True)
class Decision:
    """What the index shows of one decision."""

    file: str
    number: str
    title: str
    date: str
    status: str


def text() -> str:
    """The index as the file holds it."""
    rows = (
        f"| [{one.number}]({one.file}) | {one.title} | {one.date} | {one.status} |\n"
        for one in decisions()
    )
    return _HEAD + "".join(rows)


def decisions() -> list[Decision]:
    """All decisions by number; raises FormError naming each file that is not in the form."""
    files = sorted(FOLDER.glob("[0-9]*.md"))
    found = {file: _FORM.match(file.read_text()) for file in files}
    wrong = [
        file.name for file, match in found.items() if not (match and file.name.startswith(match[1]))
    ]
    if wrong:
        raise FormError(
            f"{', '.join(wrong)}: must begin with '# NNNN. Title' (the number of its file name), "
            "an empty line, '- Date: YYYY-MM-DD', '- Status: accepted' and an empty line"
        )
    return [Decision(file.name, **match.groupdict()) for file, match in found.items() if match]
