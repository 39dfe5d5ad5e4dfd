"""The TypeScript program, against the SDK that the committed schema makes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools import sdk, toolchain

ROOT = Path(__file__).parents[2]
LEFT_BEHIND = shutil.ignore_patterns("node_modules", "sdks", "package-lock.json")

pytestmark = [
    pytest.mark.engine,
    pytest.mark.timeout(900),  # npm on a slow line
    pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm here"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the example with its SDK and its packages, as `pulumi package add` leaves it."""
    if toolchain.find() is None:
        pytest.fail("there is no Pulumi toolchain: make toolchain", pytrace=False)
    folder = tmp_path_factory.mktemp("typescript") / "typescript"
    shutil.copytree(ROOT / "examples" / "typescript", folder, ignore=LEFT_BEHIND)
    sdk.generate(ROOT / "plugin" / "schema.json", folder / "sdks" / "slipway")
    quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    installed = run(["npm", "install", *quiet], folder)
    if "ENOTFOUND" in installed.stderr or "ECONNREFUSED" in installed.stderr:
        pytest.skip("npm reaches no registry here")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return folder


def run(command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def compile_program(project):
    return run(["npx", "tsc", "--noEmit"], project)


def test_the_program_is_typed_right(project):
    compiled = compile_program(project)
    assert compiled.returncode == 0, compiled.stdout


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("cpuCores: 1,", "cpus: 1,", "'cpus' does not exist in type 'AciServiceArgs'"),
        ("memoryGb: 1,", 'memoryGb: "1",', "Type 'string' is not assignable to type 'number'"),
        ("image: image.ref,", "", "Property 'image' is missing"),
        ("models: [diabetes.artifact]", "models: [diabetes]", "is not assignable to type"),
    ],
)
def test_what_the_schema_says_is_checked(project, right, wrong, said):
    program = project / "index.ts"
    text = program.read_text()
    assert right in text
    program.write_text(text.replace(right, wrong))
    compiled = compile_program(project)
    program.write_text(text)
    assert said in compiled.stdout
