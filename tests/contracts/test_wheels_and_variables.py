"""A wheel beside a conda file is installed and the file's variables are set, alike wherever the image is built."""

import json
import tarfile
import zipfile

import pytest

from rehearsal.builders.dockerfile import Variables, parse
from rehearsal.builders.embedded.builder import EmbeddedBuilder
from rehearsal.builders.request import BuildRequest
from slipway.imagebuild import conda, dockerfile, lock
from slipway.imagebuild.context import ContextSpec, stage
from slipway.imagebuild.lock_header import header

ACME = "acme-1.0-py3-none-any.whl"
VALUES = {"GREETING": 'it\'s $5 "and" \\ more', "RELEASE": "1.10"}


@pytest.fixture
def project(tmp_path):
    """project("here") -> what an image is made of there, with a lock of nothing but a wheel."""

    def make(name):
        root = tmp_path / name
        root.mkdir()
        with zipfile.ZipFile(root / ACME, "w") as archive:
            for path, text in {
                "acme.py": "X = 1\n",
                "acme-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n",
                "acme-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nTag: py3-none-any\n",
                "acme-1.0.dist-info/RECORD": "acme.py,,\n",
            }.items():
                archive.writestr(zipfile.ZipInfo(path), text)
        (root / "score.py").write_text("def init(): ...\ndef run(data): ...\n")
        path = root / "myenv.yml"
        path.write_text(
            json.dumps({"dependencies": ["python=3.11", {"pip": [ACME]}], "variables": VALUES})
        )
        environment = conda.read(path)
        (wheel,) = environment.wheels
        lock.committed_path(environment).write_text(
            header(lock._inputs(environment, lock.SCRIPT_EXTRAS))
            + f"${{SLIPWAY_WHEELS}}/{ACME} --hash=sha256:{wheel.sha256}\n"
        )
        return ContextSpec(entry_script=root / "score.py", conda_file=path)

    return make


def built(spec, folder):
    context = stage(spec, folder / "contexts")
    text = (context / "Dockerfile").read_text()
    return EmbeddedBuilder(folder / "cache").build(BuildRequest(context=context, dockerfile=text))


def test_the_wheel_is_installed_and_nothing_tells_where(project, tmp_path):
    first = built(project("here"), tmp_path / "a")
    second = built(project("there"), tmp_path / "elsewhere" / "b")
    assert first.digest == second.digest
    names = set()
    for path in (tmp_path / "a" / "cache" / "layers").glob("*/layer.tar"):
        with tarfile.open(path) as tar:
            names.update(tar.getnames())
    libraries = dockerfile.LIBRARIES.strip("/")
    assert f"{libraries}/acme.py" in names
    assert not [name for name in names if name.endswith((".whl", "direct_url.json"))]


def test_variables_reach_the_image_as_they_are_written(project):
    spec = project("here")
    text = (stage(spec, spec.conda_file.parent / "contexts") / "Dockerfile").read_text()
    variables = Variables({})
    for instruction in parse(text):
        if instruction.name == "ENV":
            variables.env.update(variables.pairs(instruction))
    assert variables.env.items() >= VALUES.items()
