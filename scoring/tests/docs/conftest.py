import pytest

SCRIPT = """
import json
def init(): pass
def run(raw):
    return [sum(row) for row in json.loads(raw)["data"]]
"""


@pytest.fixture
def script():
    return SCRIPT


@pytest.fixture
def script_folder(tmp_path):
    """A score.py with a sample request of its own."""
    folder = tmp_path / "script"
    folder.mkdir()
    (folder / "score.py").write_text(SCRIPT)
    (folder / "sample_request.json").write_text('{"data": [[1, 2], [3, 4]]}')
    return folder
