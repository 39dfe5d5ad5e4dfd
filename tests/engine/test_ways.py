"""Three ways to deploy, and the way back from a script that cannot start."""

import pytest

from tests.harness import consistency

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

BUILD = "docker-build:index:Image"
GROUP = "azure-native:containerinstance:ContainerGroup"
SMOKE = "slipway:index:SmokeTest"
# No UTF-8, a NUL, a colour, and six megabytes in a line: a failure is readable all the same.
LOUD = r"""
    import sys
    sys.stdout.buffer.write(b"\xff\xfe\x00\x1b[31m odd\n" + b"x" * 6_000_000 + b"\n")
    sys.stdout.flush()
    raise RuntimeError('planted in init')
"""


def test_a_script_that_cannot_start_fails_the_update_while_the_old_one_answers(deployment, edit):
    """Found before the container group is touched."""
    engine = deployment.engine
    numbers = deployment.use_model(alpha=0.1)
    deployment.configure("slipway:services.diabetes.auth", True)
    engine.up().check()

    edit("score.py", "    global model\n", LOUD)
    failed = engine.up()
    assert not failed.ok
    assert "exit code 3" in failed.text
    assert "Traceback (most recent call last)" in failed.text
    assert "RuntimeError: planted in init" in failed.text
    assert 'File "/var/azureml-app/score.py"' in failed.text
    # Once more in words of the service, with what was not touched.
    told = " ".join(failed.text.split())
    assert "diabetes-image:2 cannot start with the variables of the service diabetes" in told
    assert (
        "init() of /var/azureml-app/score.py failed: RuntimeError: planted in init All that" in told
    )
    assert "No running container was touched." in told
    remove = f"slipway images delete diabetes-image:2 --stack {engine.stack}"
    assert f"once this stack's update has succeeded, `{remove}` removes it." in told
    # The script's traceback, and none of ours.
    assert "slipway/provider" not in failed.text
    assert failed.ops(GROUP) == failed.ops(SMOKE) == []
    assert deployment.score() == pytest.approx(numbers)

    edit("score.py", LOUD, "    global model\n")
    back = engine.up().check()
    assert back.ops(GROUP) == ["same"]
    assert deployment.score() == pytest.approx(numbers)
    assert deployment.output("images.diabetes-image.id") == "diabetes-image:1"
    assert consistency.problems(deployment) == []
    removed = deployment.slipway(*remove.split()[1:])
    assert "diabetes-image:2 was deleted" in removed.stdout, removed.stderr

    # With keys on, a preview shows in clear which image runs next.
    deployment.use_model(alpha=5)
    shown = engine.preview("--diff").check().text.partition(GROUP)[2].partition("SmokeTest")[0]
    assert "~ image" in shown
    assert deployment.output("images.diabetes-image.ref") in shown
    assert "[secret]" not in shown
    deployment.use_model(alpha=0.1)

    # An image that is not there is refused in the preview, with those that are.
    deployment.configure("slipway:services.diabetes.image", "diabetes-image:9")
    refused = engine.preview()
    assert not refused.ok
    told = " ".join(refused.text.split())
    assert (
        "slipway:services.diabetes.image must be a published version, got 'diabetes-image:9'"
        in told
    )
    assert "has 1; write diabetes-image:latest for the one that this stack builds" in told
    assert "Traceback" not in refused.text


def test_a_container_that_dies_fails_the_update_and_tells_the_way_back(deployment, edit):
    """Azure calls the group done as soon as its containers run: the smoke test sees what becomes of them."""
    engine = deployment.engine
    numbers = deployment.use_model(alpha=0.1)
    deployment.configure("slipway:services.diabetes.startCheck", False)
    engine.up().check()

    edit("score.py", "    global model\n", LOUD)
    failed = engine.up()
    assert not failed.ok
    assert len(failed.text) < 500_000
    assert failed.ops(GROUP) == ["update"]
    assert "init() of the entry script failed (exit code 3)" in failed.text
    assert "RuntimeError: planted in init" in failed.text
    assert "slipway/provider" not in failed.text
    way_back = (
        f"pulumi config set --stack {engine.stack} --path slipway:services.diabetes.image diabetes-image:1 "
        f"&& pulumi up --stack {engine.stack}"
    )
    assert f"To go back: {way_back}\n" in failed.text

    command = way_back.partition(" && ")[0].split()[1:]
    engine.run(*command).check()
    engine.up().check()
    assert deployment.score() == pytest.approx(numbers)
    assert deployment.output("services.diabetes.image") == "diabetes-image:1"


def test_from_a_registered_model_and_from_a_finished_image(deployment):
    engine = deployment.engine
    numbers = deployment.use_model(alpha=0.1)
    engine.up().check()
    other = deployment.use_model(alpha=5)

    # A registered model: nothing to register. The file in the project no longer matters.
    deployment.configure("slipway:models", None)
    deployment.configure("slipway:images.diabetes-image.models", ["diabetes:1"])
    from_model = engine.up().check()
    assert deployment.score() == pytest.approx(numbers)
    assert deployment.output("images.diabetes-image.models") == "['diabetes:1']"
    # The same content is the same image: not built again, and the service is left alone.
    assert set(from_model.ops(BUILD)) == set(from_model.ops(GROUP)) == {"same"}
    assert [one["id"] for one in deployment.listed("models")] == ["diabetes:1"]

    # A file of another content, registered by hand.
    place = ("--registry", deployment.output("workspace.loginServer"))
    file = str(deployment.example / "model.pkl")
    registered = deployment.slipway("models", "register", "diabetes", file, *place, "--json")
    assert '"id": "diabetes:2"' in registered.stdout
    deployment.configure("slipway:images.diabetes-image.models", ["diabetes:2"])
    engine.up().check()
    assert deployment.score() == pytest.approx(other)

    # A finished image: no model, no build; what was built and registered stays.
    deployment.configure("slipway:images", None)
    deployment.configure("slipway:services.diabetes.image", "diabetes-image:1")
    engine.up().check()
    assert deployment.score() == pytest.approx(numbers)
    assert [one["id"] for one in deployment.listed("images")] == [
        "diabetes-image:1",
        "diabetes-image:2",
    ]
    assert engine.preview("--expect-no-changes").ok


def test_a_service_that_sends_telemetry_has_the_packages_for_it(deployment):
    numbers = deployment.use_model(alpha=0.1)
    deployment.configure("slipway:workspace.applicationInsights", True)
    deployment.configure("slipway:services.diabetes.appInsights", True)
    deployment.engine.up().check()
    assert deployment.score() == pytest.approx(numbers)
    # An image from before, without them, is refused while the service still runs.
    deployment.configure("slipway:services.diabetes.appInsights", False)
    deployment.engine.up().check()
    assert deployment.output("images.diabetes-image.id") == "diabetes-image:2"
    deployment.configure("slipway:services.diabetes.appInsights", True)
    deployment.configure("slipway:services.diabetes.image", "diabetes-image:2")
    refused = deployment.engine.preview()
    assert "needs packages that diabetes-image:2 was built without" in " ".join(
        refused.text.split()
    )
    assert deployment.score() == pytest.approx(numbers)
