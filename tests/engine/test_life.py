"""The life of a service as the README tells it: deploy, new model, roll back, resize, destroy."""

import shutil
from contextlib import contextmanager

import pytest

from tests.harness import consistency

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

MODEL = "slipway:index:ModelVersion"
IMAGE = "slipway:index:ImageVersion"
BUILD = "docker-build:index:Image"
GROUP = "azure-native:containerinstance:ContainerGroup"
SMOKE = "slipway:index:SmokeTest"


def uploads(requests):
    """Kind of repository and bytes of each blob received, in order."""
    return [
        (line["repository"].split("/")[0], line["received"])
        for line in requests
        if line["status"] < 400 and "/blobs/" in line["path"] and line["received"]
    ]


def manifests(requests):
    """Paths of the manifests that were written."""
    accepted = [r for r in requests if r["method"] == "PUT" and r["status"] < 400]
    return [r["path"] for r in accepted if "/manifests/" in r["path"]]


@contextmanager
def another_machine(deployment, folder):
    """The same project where nothing is cached or staged, in another home."""
    engine = deployment.engine
    here = dict(engine.env)
    shutil.rmtree(engine.cwd / ".slipway")
    engine.env |= {"HOME": str(folder / "home"), "XDG_CACHE_HOME": str(folder / "cache")}
    yield
    engine.env.clear()
    engine.env |= here


def test_from_the_first_up_to_the_last_destroy(deployment, rehearsal):
    engine = deployment.engine
    first_numbers = deployment.use_model(alpha=0.1)

    assert engine.up().check().changes["create"] == 17
    assert deployment.score() == pytest.approx(first_numbers)
    assert len(first_numbers) == 2
    assert deployment.output("images.diabetes-image.id") == "diabetes-image:1"
    assert consistency.problems(deployment) == []

    unchanged = engine.preview("--expect-no-changes").check()
    assert unchanged.changes == {"same": 17}
    with another_machine(deployment, rehearsal.home):
        assert engine.preview("--expect-no-changes").check().changes == {"same": 17}

    # A new model: the preview says what moves, the update moves it.
    second_numbers = deployment.use_model(alpha=5)
    preview = engine.preview().check()
    assert preview.ops(GROUP) == ["update"]
    assert preview.ops(MODEL) == preview.ops(IMAGE) == ["update"]
    assert "1 => 2" in preview.text.replace("\n", " ")
    assert '"diabetes:1" => "diabetes:2"' in preview.text
    assert '"diabetes-image:1" => "diabetes-image:2"' in preview.text
    assert deployment.score() == pytest.approx(first_numbers)

    before = len(rehearsal.requests())
    update = engine.up().check()
    assert update.ops(GROUP) == ["update"]
    assert deployment.score() == pytest.approx(second_numbers)
    assert deployment.output("models.diabetes.id") == "diabetes:2"
    only_the_model_is_uploaded(deployment, rehearsal.requests()[before:])
    assert consistency.problems(deployment) == []

    # Back to the first image: a pull and a restart, nothing else.
    deployment.configure("slipway:services.diabetes.image", "diabetes-image:1")
    before = len(rehearsal.requests())
    rollback = engine.up().check()
    # The start check goes, as an image by number has been started by whoever built it.
    assert [op for op in rollback.ops(BUILD) if op != "discard"] == ["same", "delete"]
    assert rollback.ops(GROUP) == ["update"]
    sent = [r for r in rehearsal.requests()[before:] if "/v2/" in r["path"] and r["received"]]
    assert sent == []
    assert deployment.score() == pytest.approx(first_numbers)

    # CPU cannot change in place: shown and done as a replacement.
    deployment.configure("slipway:services.diabetes.cpuCores", 2)
    assert "replace" in engine.preview().check().ops(GROUP)
    replaced = engine.up().check()
    assert [op for op in replaced.ops(GROUP) if op.startswith("delete")] == ["delete-replaced"]
    assert deployment.score() == pytest.approx(first_numbers)
    assert "cpu_cores" not in replaced.text
    assert consistency.problems(deployment) == []

    engine.destroy().check()
    assert consistency.nothing(deployment) == []
    assert rehearsal.command("list").stdout == ""


@pytest.mark.parametrize(
    ("setting", "value"),
    [("slipway:workspace.name", "elsewhere"), ("azure-native:location", "northeurope")],
)
def test_a_workspace_is_replaced_with_all_that_is_in_it(deployment, setting, value):
    engine = deployment.engine
    numbers = deployment.use_model(alpha=0.1)
    engine.up().check()
    deployment.configure(setting, value)
    assert "replace" in engine.preview().check().ops(BUILD) + engine.preview().check().ops(GROUP)
    engine.up().check()
    assert deployment.score() == pytest.approx(numbers)
    assert consistency.problems(deployment) == []


def only_the_model_is_uploaded(deployment, requests):
    """Bytes counted by the registry: the model and its description, the layer with the model in it
    and the image's configuration; the layers with Python and the packages stay where they are.
    """
    size = (deployment.example / "model.pkl").stat().st_size
    model, description, layer, configuration = uploads(requests)
    assert model == ("models", size)
    assert description[0] == "models"
    assert description[1] < 1024
    # A tar file's blocks come to 10 KiB around any small model.
    assert layer[0] == configuration[0] == "images"
    assert layer[1] <= size + 10 * 1024
    assert configuration[1] < 8 * 1024
    written = {path.rpartition("/")[2].partition("-")[0] for path in manifests(requests)}
    assert written == {"content", "key", "2"}
