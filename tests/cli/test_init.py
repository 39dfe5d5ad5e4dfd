"""`slipway init` writes a first stack for a model of one's own."""

import json
import pickle
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from sklearn.linear_model import Ridge

from slipway.cli.errors import CommandError
from slipway.cli.first_stack import files
from stacks.settings.given import Given
from stacks.settings.parse import parse

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "stacks" / "schema.json").read_text())
SCORE = "def init(): ...\ndef run(data):\n    return data\n"
WORKSPACE = ("--workspace-name", "myteam")
FLAGS = ("--model", "model.pkl", "--location", "westeurope", *WORKSPACE)
SCRIPTED = (*FLAGS, "--entry-script", "src/score.py", "--conda-file", "myenv.yml")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a model, a script and a conda file, and nothing else; nothing is resolved."""
    monkeypatch.setattr("slipway.imagebuild.lock._resolve", lambda *_: "numpy==2.4.6\n")
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(Ridge().fit([[1.0], [2.0]], [1.0, 2.0])))
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "score.py").write_text(SCORE)
    (tmp_path / "myenv.yml").write_text("dependencies:\n- python=3.11\n")
    return tmp_path


def stack_file(folder, stack="dev"):
    return folder / "stacks" / f"Pulumi.{stack}.yaml"


def settings(folder, stack="dev"):
    """The stack's settings as the program reads them; the file must be as the schema wants it."""
    document = yaml.safe_load(stack_file(folder, stack).read_text())
    jsonschema.validate(document, SCHEMA)
    return parse(Given(values=document["config"], hidden=set(), stack=f"organization/mine/{stack}"))


def test_an_empty_folder_becomes_a_project_with_a_stack(slipway, folder):
    done = slipway("init", *SCRIPTED, "--name", "Diabetes.v2")
    assert done.exit_code == 0, done.stderr
    found = settings(folder)
    assert found.models["Diabetes.v2"].path == Path("model.pkl")
    image = found.images["diabetes-v2-image"]
    assert (image.entry_script, image.conda_file) == (Path("src/score.py"), Path("myenv.yml"))
    service = found.services["diabetes-v2"]
    assert (service.target, str(service.image)) == ("aci", "diabetes-v2-image:latest")
    assert found.workspace.name == "myteam"
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    (provider,) = project["plugins"]["providers"]
    assert (folder / provider["path"] / "PulumiPlugin.yaml").is_file()
    python = folder / project["runtime"]["options"]["virtualenv"] / "bin" / "python"
    assert python.exists()
    assert (folder / "__main__.py").read_text() == (ROOT / "__main__.py").read_text()
    assert "the resource group will be myteam-dev, the registry myteamdev" in done.stdout
    assert "stages images in .slipway" in done.stdout
    assert "pulumi stack init dev" in done.stdout
    assert "pulumi up --stack dev" in done.stdout


def test_a_folder_is_a_model_by_its_own_name(slipway, folder):
    (folder / "bert-base.v1").mkdir()
    (folder / "bert-base.v1" / "config.json").write_text("{}")
    options = ("--location", "westeurope", *WORKSPACE, *SCRIPTED[-4:])
    done = slipway("init", "--model", "bert-base.v1", *options)
    assert done.exit_code == 0, done.stderr
    assert settings(folder).models["bert-base.v1"].path == Path("bert-base.v1")
    bare = slipway("init", "--model", "bert-base.v1", *options[:4], "-s", "bare")
    assert bare.exit_code == 1
    assert "--model: bert-base.v1 cannot be served without an entry script" in bare.stderr


def test_every_key_is_explained_by_the_schemas_words(slipway, folder):
    slipway("init", *SCRIPTED)
    lines = stack_file(folder).read_text().split("config:\n")[1].splitlines()
    named = {"model", "model-image"}
    for before, line in zip(["", *lines], lines, strict=False):
        key = (
            line.strip().rpartition(":")[0]
            if line.strip().endswith(":")
            else line.strip().split(": ")[0]
        )
        if line.strip() and not line.strip().startswith("#") and key not in named:
            assert before.strip().startswith("#"), line
    said = " ".join(line.strip().removeprefix("# ") for line in lines if "#" in line)
    for section, key in (("ImageSettings", "entryScript"), ("WorkspaceSettings", "name")):
        assert SCHEMA["$defs"][section]["properties"][key]["description"] in said


@pytest.mark.parametrize(
    ("options", "existing"),
    [
        (("--existing-stack", "organization/slipway/platform"), "stack"),
        (("--existing-id", "/subscriptions/0/resourceGroups/acme"), "id"),
    ],
)
def test_a_workspace_that_exists_is_used(slipway, folder, options, existing):
    slipway("init", "--model", "model.pkl", "--location", "West Europe", *options)
    found = settings(folder)
    assert getattr(found.workspace.existing, existing) == options[1]
    assert found.location == "westeurope"


def test_in_a_project_only_the_stack_is_written_where_its_stacks_are(slipway, folder):
    project = "name: mine\nstackConfigDir: config\n"
    (folder / "Pulumi.yaml").write_text(project)
    done = slipway("init", *FLAGS, "--stack", "prod", "--no-lock")
    assert done.exit_code == 0, done.stderr
    assert (folder / "config" / "Pulumi.prod.yaml").is_file()
    assert (folder / "Pulumi.yaml").read_text() == project
    assert not (folder / "__main__.py").exists()


def test_the_packages_are_locked_once(slipway, folder):
    done = slipway("init", *SCRIPTED)
    assert "wrote myenv.lock" in done.stdout
    assert (folder / "myenv.lock").read_text().endswith("numpy==2.4.6\n")
    (folder / "myenv.lock").write_text("mine")
    assert slipway("init", *SCRIPTED, "-s", "prod").exit_code == 0
    assert (folder / "myenv.lock").read_text() == "mine"


def test_no_lock_is_written_unasked_or_without_a_file_to_put_it_beside(slipway, folder):
    assert slipway("init", *SCRIPTED, "--no-lock").exit_code == 0
    assert slipway("init", *FLAGS, "--entry-script", "src/score.py", "-s", "b").exit_code == 0
    assert not list(folder.glob("*.lock"))


def test_packages_that_cannot_be_locked_do_not_undo_the_rest(slipway, folder, monkeypatch):
    def offline(*_):
        from slipway.imagebuild.errors import BuildInputError

        raise BuildInputError({"myenv.yml": "no set of packages fits"})

    monkeypatch.setattr("slipway.imagebuild.lock._resolve", offline)
    done = slipway("init", *SCRIPTED)
    assert done.exit_code == 0
    assert "were not locked: myenv.yml: no set of packages fits" in done.stderr
    assert stack_file(folder).exists()


def test_everything_wrong_is_told_at_once_and_nothing_is_written(slipway, folder, tmp_path):
    (folder / "src" / "score.py").write_text("def init(x): ...\n")
    (folder / "myenv.yml").write_text("- no\n")
    wrong = {
        "--model": "absent.pkl",
        "--name": "ä",
        "--entry-script": "src/score.py",
        "--conda-file": "myenv.yml",
        "--target": "moon",
        "--location": "westeuropa",
        "--workspace-name": "UPPER",
        "--stack": "a/b",
    }
    done = slipway("init", *[word for pair in wrong.items() for word in pair])
    assert done.exit_code == 1
    for said in (
        "--model: absent.pkl is missing or empty",
        "--name: must be 1-255 letters",
        "--entry-script: score.py: run: the function run() is missing",
        "--entry-script: score.py: line 1: init() takes parameters",
        "--conda-file: myenv.yml is not a conda environment",
        "--target: must be one of aci, got 'moon'",
        "did you mean westeurope",
        "--workspace-name: must be 1-30 lower-case letters",
        "--stack: must be the name of a stack",
    ):
        assert said in done.stderr
    assert all(
        line.removeprefix("slipway: ").startswith("--") for line in done.stderr.splitlines()
    ), done.stderr
    assert not (folder / "Pulumi.yaml").exists()
    assert not (folder / "stacks").exists()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("absent.py", "--entry-script: absent.py is not an existing .py file"),
        ("src/broken.py", "--entry-script: broken.py: line 1: not Python"),
    ],
)
def test_a_problem_of_the_script_begins_with_its_option(slipway, folder, path, said):
    (folder / "src" / "broken.py").write_text("def\n")
    done = slipway("init", *FLAGS, "--entry-script", path)
    assert done.stderr.startswith(f"slipway: {said}"), done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            (),
            "give --model, --location and one of --workspace-name, --existing-stack, --existing-id",
        ),
        (("--model", "model.pkl", "--location", "westeurope"), "give one of --workspace-name"),
        ((*FLAGS, "--existing-id", "/subscriptions/0/resourceGroups/a"), "give exactly one of"),
        ((*FLAGS, "--name", "..."), "--name"),
        (
            ("--model", "/etc/hostname", "--location", "westeurope", *WORKSPACE),
            "must be below the project's folder",
        ),
    ],
)
def test_what_cannot_be_is_refused(slipway, folder, options, said):
    done = slipway("init", *options)
    assert (done.exit_code, said in done.stderr) == (1, True), done.stderr
    assert not (folder / "stacks").exists()


def test_a_bare_model_is_looked_into(slipway, folder):
    (folder / "model.pkl").write_bytes(pickle.dumps({"weights": 1}))
    done = slipway("init", *FLAGS)
    assert done.exit_code == 1
    assert "--model: model.pkl holds no estimator" in done.stderr


def test_what_a_model_was_made_with_goes_into_the_settings(slipway, folder):
    done = slipway("init", *FLAGS, "--framework", "ScikitLearn", "--framework-version", "0.1")
    assert "is registered with scikit-learn 0.1, but" in done.stderr
    done = slipway("init", *FLAGS, "--framework", "ScikitLearn")
    assert done.exit_code == 0, done.stderr
    assert settings(folder).models["model"].framework == "ScikitLearn"


@pytest.mark.parametrize("name", ["stacks/Pulumi.dev.yaml", "__main__.py"])
def test_nothing_is_overwritten(slipway, folder, name):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    done = slipway("init", *FLAGS)
    assert done.exit_code == 1
    assert re.search(rf"{name} already exists, and nothing is overwritten", done.stderr)
    assert path.read_text() == "mine"
    assert not (folder / "Pulumi.yaml").exists()


def test_all_that_is_in_the_way_is_named_at_once(slipway, folder):
    (folder / "stacks").mkdir()
    for name in ("stacks/Pulumi.dev.yaml", "__main__.py"):
        (folder / name).write_text("mine")
    done = slipway("init", *FLAGS)
    assert "stacks/Pulumi.dev.yaml, __main__.py already exist, and" in done.stderr


def test_a_file_that_appears_meanwhile_is_not_overwritten_either(tmp_path):
    first, second = tmp_path / "a" / "Pulumi.dev.yaml", tmp_path / "Pulumi.yaml"
    second.write_text("theirs")
    with pytest.raises(CommandError, match=r"Pulumi\.yaml already exists"):
        files.write({first: "x", second: "y"})
    assert second.read_text() == "theirs"
    assert not first.exists()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["Pulumi.yaml"]


def test_without_a_checkout_there_is_no_program_to_run(slipway, folder, monkeypatch):
    monkeypatch.setattr("importlib.metadata.PathDistribution.read_text", lambda *_: None)
    done = slipway("init", *FLAGS)
    assert done.exit_code == 1
    assert "is not installed from a checkout" in done.stderr
    assert not (folder / "stacks").exists()


@pytest.fixture
def terminal(slipway, monkeypatch):
    """terminal("answer", ...) -> `slipway init` with somebody who types these answers."""
    monkeypatch.setattr("slipway.cli.first_stack.questions.in_a_terminal", lambda: True)
    return lambda *answers, options=(): slipway(
        "init", *options, input="".join(f"{answer}\n" for answer in answers)
    )


def test_in_a_terminal_it_asks(terminal, folder):
    done = terminal("model.pkl", "diabetes", "src/score.py", "myenv.yml", "", "myteam")
    assert done.exit_code == 0, done.stderr
    found = settings(folder)
    assert found.images["diabetes-image"].entry_script == Path("src/score.py")
    assert (found.location, found.workspace.name) == ("westeurope", "myteam")


def test_an_empty_answer_is_told_why_it_is_asked_again(terminal, folder):
    answers = ("", "model.pkl", "", "", "", "", "", "UPPER", "myteam")
    done = terminal(*answers)
    assert done.exit_code == 0, done.output
    assert done.output.count("an answer is needed, got an empty line") == 2
    assert "must be 1-30 lower-case letters, digits or hyphens" in done.output


def test_it_asks_again_for_what_cannot_be_and_not_for_what_is_given(terminal, folder):
    model, place = ("absent.pkl", "model.pkl"), ("nowhere", "northeurope")
    answers = (*model, "", "", "", *place, "organization/p/platform")
    done = terminal(*answers, options=("--stack", "prod"))
    assert done.exit_code == 0, done.stderr
    assert "must be an existing file or folder, got 'absent.pkl'" in done.output
    assert "must be a region of Azure, got 'nowhere'" in done.output
    found = settings(folder, "prod")
    assert found.location == "northeurope"
    assert found.workspace.existing.stack == "organization/p/platform"
    assert list(found.models) == ["model"]
    assert found.images["model-image"].entry_script is None
