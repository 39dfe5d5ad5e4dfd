"""Where the formatter is overruled, the line says why."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_formatter_is_overruled_with_a_reason():
    files = subprocess.check_output(["git", "ls-files", "*.py"], cwd=ROOT, text=True).split()
    bare = [
        f"{file}:{number}"
        for file in files
        if (ROOT / file).is_file()
        for number, line in enumerate((ROOT / file).read_text().splitlines(), 1)
        if re.search(r"# fmt: (skip|off)\s*$", line)
    ]
    assert bare == []
