"""Console scripts name the interpreter that installed them, which differs from machine to machine."""

import csv
import io
import shutil
from pathlib import Path


def forget(libraries: Path) -> None:
    """Remove the scripts of a `--target` folder, and their lines from every RECORD.

    RECORD is replaced, never changed in place: it may be a link into the installer's cache.
    """
    shutil.rmtree(libraries / "bin", ignore_errors=True)
    for record in sorted(libraries.glob("*.dist-info/RECORD")):
        rows = list(csv.reader(io.StringIO(record.read_text(encoding="utf-8"))))
        kept = sorted(row for row in rows if row and "bin" not in Path(row[0]).parts[:-1])
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(kept)
        aside = record.with_name("RECORD.new")
        aside.write_text(text.getvalue(), encoding="utf-8")
        aside.replace(record)
