"""Names that need care in a Dockerfile, a shell or an address are in the image as they are."""

import hashlib
import tarfile

import pytest

from rehearsal.builders.embedded.builder import EmbeddedBuilder
from rehearsal.builders.request import BuildRequest
from slipway.imagebuild import conda, dockerfile, lock
from slipway.imagebuild.context import ContextSpec, ModelFile, stage
from slipway.imagebuild.lock_header import header

MODEL = "modell #1 für Gewächs.pkl"
SCRIPT = "my-score.py"
ODD = ["a b.txt", "Gewächshaus.txt", "it's.txt", "$HOME.txt", "new\nline.txt", "#1.txt", "*.txt"]


@pytest.fixture
def spec(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ODD:
        (source / name).write_text(name)
    (source / SCRIPT).write_text("def init(): ...\ndef run(data): ...\n")
    (source / MODEL).write_bytes(b"weights")
    conda_file = source / "myenv.yml"
    conda_file.write_text("dependencies: [python=3.11]\n")
    environment = conda.read(conda_file)
    lock.committed_path(environment).write_text(
        header(lock._inputs(environment, lock.SCRIPT_EXTRAS))
    )
    sha256 = hashlib.sha256(b"weights").hexdigest()
    return ContextSpec(
        models=(ModelFile(name="lin", version=1, path=source / MODEL, sha256=sha256),),
        entry_script=source / SCRIPT,
        conda_file=conda_file,
        source_directory=source,
    )


def test_odd_names_are_in_the_image_as_they_are(spec, tmp_path):
    context = stage(spec, tmp_path / "contexts")
    text = (context / "Dockerfile").read_text()
    EmbeddedBuilder(tmp_path / "cache").build(BuildRequest(context=context, dockerfile=text))
    inside = set()
    for layer in (tmp_path / "cache").rglob("layer.tar"):
        with tarfile.open(layer) as archive:
            inside |= {f"/{member.name}" for member in archive}
    app = dockerfile.APP_ROOT
    assert {f"{app}/{name}" for name in (*ODD, SCRIPT)} <= inside
    assert f"{dockerfile.MODELS_ROOT}/lin/1/{MODEL}" in inside
