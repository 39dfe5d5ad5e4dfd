import pytest

from tools import toolchain


@pytest.fixture
def cli(monkeypatch):
    """The toolchain of this machine, for `pulumi_engine`."""
    folder = toolchain.find()
    if folder is None:
        pytest.fail("there is no Pulumi toolchain: make toolchain", pytrace=False)
    monkeypatch.setenv("PULUMI_CLI", str(folder))
    return folder
