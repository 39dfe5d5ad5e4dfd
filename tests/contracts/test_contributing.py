"""What CONTRIBUTING.md and the index of documents name exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
ROWS = re.findall(r"^\| (.*) \| (.*) \| (.*?) ?\|$", CONTRIBUTING.read_text(), re.MULTILINE)[1:]


def test_every_task_starts_in_one_file_that_exists():
    assert len(ROWS) >= 15
    starts = {task: re.fullmatch(r"`([\w./-]+)`", start) for task, start, _ in ROWS}
    assert [task for task, start in starts.items() if not start] == []
    missing = {task: start[1] for task, start in starts.items() if not (ROOT / start[1]).is_file()}
    assert missing == {}


def test_whatever_else_is_named_exists():
    text = CONTRIBUTING.read_text()
    named = re.findall(r"`([\w.-]+/[\w./-]*)`", text) + re.findall(r"\]\(([^)]+)\)", text)
    assert len(named) > len(ROWS)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_index_of_documents_lists_every_page():
    links = set(re.findall(r"\]\(([\w-]+\.md)\)", (ROOT / "docs/README.md").read_text()))
    pages = {path.name for path in ROOT.glob("docs/*.md")} - {"README.md"}
    assert pages == links
