"""The README's "now your own model": an empty folder, `slipway init`, `pulumi up`, a score, `pulumi destroy`."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from skl2onnx import to_onnx
from sklearn.linear_model import LinearRegression

from pytest_pulumi import PulumiEngine
from tests.harness.deployment import variables

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

SLIPWAY = Path(sys.executable).with_name("slipway")
ROWS = np.array([[1.0, 2.0], [3.0, 5.0]], np.float32)


@pytest.fixture
def folder(tmp_path):
    """Empty but for a model of one's own: the sum of two numbers."""
    folder = tmp_path / "mine"
    folder.mkdir()
    model = LinearRegression().fit([[0, 1], [1, 0], [2, 2]], [1, 1, 4])
    (folder / "sum.onnx").write_bytes(to_onnx(model, ROWS[:1]).SerializeToString())
    return folder


@pytest.fixture
def pulumi(folder, rehearsal, tmp_path):
    """Its stack `dev`, not initialised: there is no project yet."""
    cli = Path(shutil.which("pulumi") or pytest.fail("there is no pulumi: make toolchain"))
    engine = PulumiEngine(
        cli=cli,
        cwd=folder,
        home=tmp_path / "home",
        servers=(),
        stack="dev",
        env=variables(rehearsal),
    )
    yield engine
    engine.close()


def test_from_an_empty_folder_to_a_service_that_answers(folder, pulumi, rehearsal):
    def slipway(*arguments):
        return subprocess.run(
            [SLIPWAY, *arguments], cwd=folder, env=pulumi.env, capture_output=True, text=True
        )

    options = ("--model", "sum.onnx", "--location", "westeurope", "--workspace-name", "myteam")
    begun = slipway("init", *options)
    assert begun.returncode == 0, begun.stderr
    # It says what comes next, and that is what works.
    for command in ("pulumi stack init dev", "pulumi up --stack dev"):
        assert command in begun.stdout
    pulumi.init()
    pulumi.up().check()
    assert pulumi.preview("--expect-no-changes").ok

    scored = slipway("services", "score", json.dumps({"data": ROWS.tolist()}))
    assert scored.returncode == 0, scored.stderr
    assert np.ravel(json.loads(scored.stdout)) == pytest.approx([3, 8], abs=1e-3)
    assert "sum:1" in slipway("services", "list", "--json").stdout
    assert "sum-image:1" in slipway("services", "list").stdout

    pulumi.destroy().check()
    assert rehearsal.resources() == []
    # What is the user's is left as it was.
    assert (folder / "stacks" / "Pulumi.dev.yaml").exists()
    assert (folder / "sum.onnx").exists()
