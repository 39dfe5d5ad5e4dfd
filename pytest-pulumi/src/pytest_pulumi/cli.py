"""Which `pulumi` the tests run."""

import os
import shutil
from pathlib import Path

import pytest

VARIABLE = "PULUMI_CLI"
INI = "pulumi_cli"


def find(config: pytest.Config) -> Path:
    """The CLI: the ini option `pulumi_cli`, the variable PULUMI_CLI, or the one on the PATH.

    A missing CLI fails the test. Skipping would turn a broken set-up green.
    """
    named = config.getini(INI) or os.environ.get(VARIABLE)
    if not named:
        found = shutil.which("pulumi")
        if found is None:
            pytest.fail(
                f"no pulumi on the PATH: install it, or name it in {VARIABLE} or in the ini option"
                f" {INI}",
                pytrace=False,
            )
        return Path(found).absolute()
    path = Path(named).expanduser().absolute()
    path = path / "pulumi" if path.is_dir() else path
    if not os.access(path, os.X_OK):
        pytest.fail(f"{VARIABLE} or {INI} names {named}, where no pulumi is", pytrace=False)
    return path
