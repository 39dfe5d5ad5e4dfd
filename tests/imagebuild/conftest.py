"""What an image is made of: a model, a script, a conda file, and a lock that is there already."""

import hashlib

import pytest

from slipway.imagebuild import conda, lock
from slipway.imagebuild.context import ContextSpec, ModelFile
from slipway.imagebuild.lock_header import header

SCORE = "def init(): ...\ndef run(data):\n    return data\n"
CONDA = "dependencies:\n- python=3.11\n- pip:\n  - threadpoolctl\n"


class Project:
    """A folder with the files of one image; `spec` says them to imagebuild."""

    def __init__(self, root):
        self.root = root
        self.cache = root / "cache"
        self.model = root / "model.pkl"
        self.script = root / "score.py"
        self.conda = root / "myenv.yml"
        self.model.write_bytes(b"weights")
        self.script.write_text(SCORE)
        self.conda.write_text(CONDA)
        self.commit_lock()

    def commit_lock(self, python=None):
        environment = conda.read(self.conda, python)
        text = (
            header(lock._inputs(environment, lock.SCRIPT_EXTRAS))
            + "threadpoolctl==3.5.0 --hash=sha256:00\n"
        )
        lock.committed_path(environment).write_text(text)

    def model_file(self, version=1):
        sha256 = hashlib.sha256(self.model.read_bytes()).hexdigest()
        return ModelFile(name="diabetes", version=version, path=self.model, sha256=sha256)

    def spec(self, version=1, **changes):
        named = {
            "models": (self.model_file(version),),
            "entry_script": self.script,
            "conda_file": self.conda,
        }
        return ContextSpec(**(named | changes))


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project").mkdir()
    return Project(tmp_path / "project")


@pytest.fixture
def make_project(tmp_path):
    def make(name):
        (tmp_path / name).mkdir()
        return Project(tmp_path / name)

    return make
