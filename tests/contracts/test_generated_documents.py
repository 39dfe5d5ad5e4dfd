"""What `make docs` writes is what the repository holds."""

import subprocess
from pathlib import Path

import pytest

from docs.generate import decisions
from docs.generate.pages import PAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_are_up_to_date(path):
    assert path.read_text() == PAGES[path](), f"{path.relative_to(ROOT)} is stale: make docs"


def test_a_decision_in_another_form_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(decisions, "FOLDER", tmp_path)
    head = "# {}. Why\n\n- Date: 2026-11-28\n- Status: accepted\n\nBecause.\n"
    (tmp_path / "0001-good.md").write_text(head.format("0001"))
    (tmp_path / "0002-colon.md").write_text(head.format("0002").replace(". ", ": "))
    (tmp_path / "0003-number.md").write_text(head.format("0004"))
    (tmp_path / "0005-undated.md").write_text("# 0005. Why\n\nBecause.\n")
    with pytest.raises(decisions.FormError) as refused:
        decisions.text()
    for name in ("0002-colon.md", "0003-number.md", "0005-undated.md", "# NNNN. Title"):
        assert name in str(refused.value)
    assert "0001" not in str(refused.value)


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = [line.split()[1] for line in makefile.splitlines() if line.startswith(".PHONY")]
    helped = subprocess.check_output(["make", "--no-print-directory"], cwd=ROOT, text=True)
    assert len(targets) > 20
    assert [target for target in targets if f"  make {target} " not in helped] == []
