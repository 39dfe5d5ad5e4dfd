"""The built wheel, put by pip into environments that hold nothing else of this repository."""

import email
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SCORING = Path(__file__).resolve().parents[2]
REPOSITORY = SCORING.parent
#: The versions that everything else is tested with.
CONSTRAINTS = REPOSITORY / "requirements" / "dev.txt"

#: The form of 2018, as Azure ML's own tutorials had it; `sklearn.externals.joblib` went in 2020.
SCRIPT_OF_2018 = """
import json
import numpy
from sklearn.externals import joblib
from azureml.core.model import Model

def init():
    global model
    model_path = Model.get_model_path('diabetes')
    model = joblib.load(model_path)

def run(raw_data):
    try:
        data = json.loads(raw_data)['data']
        data = numpy.array(data)
        result = model.predict(data)
        return result.tolist()
    except Exception as e:
        result = str(e)
        return json.dumps({"error": result})
"""


class Installed:
    """One environment: its interpreter, and a folder to work in that is not the repository."""

    def __init__(self, python, folder, environment):
        self.python = python
        self.folder = folder
        self._environment = environment

    def run(self, *arguments, **more):
        """`python ARGUMENTS` to its end."""
        return subprocess.run(
            [self.python, *map(str, arguments)],
            env=self._environment(**more),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def scoring(self, *arguments, **more):
        return self.run("-m", "scoring", *arguments, **more)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "uv", "build", "--quiet", "--wheel", "--no-build-isolation"]
    subprocess.run(
        [*build, "--python", sys.executable, "--out-dir", folder, SCORING], check=True, timeout=120
    )
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name))


@pytest.fixture(scope="session")
def install(wheel, metadata, cached_environment, clean_environment, tmp_path_factory):
    """`install(extras, *beside)`: a new environment in which pip has installed the wheel.

    What the wheel needs comes from the cache, where it lies under a name made of what decides about it; pip takes
    nothing from elsewhere, so it refuses where the wheel needs more than that.
    """
    places = []

    def new(extras="", *beside):
        wanted = f"{wheel}[{extras}]" if extras else str(wheel)
        decides = [
            "compiled",
            sys.version,
            extras,
            *beside,
            *metadata.get_all("Requires-Dist"),
            CONSTRAINTS.read_text(),
        ]
        digest = hashlib.sha256("\n".join(decides).encode()).hexdigest()[:16]
        kept = cached_environment(f"wheel-{digest}", needs(wanted, beside))
        place = tmp_path_factory.mktemp("installed")
        places.append(place / "environment")
        shutil.copytree(kept, place / "environment", symlinks=True, copy_function=linked)
        (place / "work").mkdir()
        installed = Installed(
            place / "environment" / "bin" / "python", place / "work", clean_environment
        )
        pip = installed.run("-m", "pip", "install", "--no-index", "--no-cache-dir", wanted)
        assert pip.returncode == 0, pip.stderr
        return installed

    yield new
    for place in places:
        shutil.rmtree(place)


def needs(wanted, beside):
    """Makes an environment with pip and all that the wheel needs, but without the wheel."""

    def make(folder):
        python = folder / "bin" / "python"
        uv = [sys.executable, "-m", "uv", "pip"]
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run(
            [
                *uv,
                "install",
                "--quiet",
                "--compile-bytecode",
                "--python",
                python,
                "--constraint",
                CONSTRAINTS,
                wanted,
                *beside,
            ],
            check=True,
        )
        subprocess.run(
            [*uv, "uninstall", "--quiet", "--python", python, "slipway-scoring"], check=True
        )

    return make


def linked(source, target):
    """Half a gigabyte in no time; where the cache lies on another disk, in some."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.fixture(scope="session")
def installed(install):
    """As README.md tells it: the extras for both protocols and for models without code."""
    return install("grpc,onnx,pickle", "scikit-learn")


@pytest.fixture(scope="session")
def bare(install):
    """`pip install slipway-scoring`, no more."""
    return install()


@pytest.fixture
def serve(installed, launch):
    """`serve(source, *arguments, **environment)`: one command, as a user types it."""

    def start(source, *arguments, **more):
        return launch(installed.python, source, *arguments, **more)

    return start


@pytest.fixture(scope="session")
def diabetes(tmp_path_factory):
    """The README's model in three folders: with a script of 2018, as a bare pickle, as bare ONNX."""
    import joblib
    import numpy as np
    from skl2onnx import to_onnx

    root = tmp_path_factory.mktemp("diabetes")
    registered = root / "script" / "azureml-models" / "diabetes" / "1" / "model.pkl"
    pickled, converted = root / "pickle" / "model.pkl", root / "onnx" / "model.onnx"
    for file in (registered, pickled, converted):
        file.parent.mkdir(parents=True)
    train = REPOSITORY / "examples" / "diabetes" / "train.py"
    subprocess.run([sys.executable, train, "--output", pickled], check=True, timeout=120)
    shutil.copy(pickled, registered)
    (root / "script" / "score.py").write_text(SCRIPT_OF_2018)
    converted.write_bytes(to_onnx(joblib.load(pickled), np.zeros((1, 10))).SerializeToString())
    return root
