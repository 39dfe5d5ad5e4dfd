"""Files that settings name, and what is in them."""

import os
import socket

import pytest

from pytest_pulumi.wire import Secret
from stacks.settings.problems import SettingsError
from tests.harness.configurations import changed
from tests.stacks.refusals.words import IMAGE, SERVICE


def test_a_script_that_asks_for_another_model_is_refused(program, project, registered):
    (project / "score.py").write_text(
        "def init():\n    Model.get_model_path('iris')\n\n\ndef run(data): return data\n"
    )
    with pytest.raises(SettingsError) as refusal:
        program(changed({}))
    assert refusal.value.problems == {
        "slipway:images.diabetes-image.entryScript": "asks for the model 'iris' (get_model_path), which the "
        "image does not hold: it has diabetes; register the model as slipway:models.iris, or ask for one of these"
    }
    assert registered == []


def test_nothing_is_said_of_what_a_script_asks_for_where_the_models_are_wrong(program, project):
    (project / "score.py").write_text(
        "def init():\n    Model.get_model_path('diabetes')\n\n\ndef run(data): return data\n"
    )
    with pytest.raises(SettingsError) as refusal:
        program(changed({f"{IMAGE}/models": ["dia betes"]}))
    assert refusal.value.problems.keys() == {"slipway:images.diabetes-image.models[0]"}
    assert "stand-in" not in str(refusal.value)


def test_a_certificate_its_key_and_its_name_belong_together(program, project, registered):
    import trustme

    own, other = (trustme.CA().issue_cert("score.example.com") for _ in range(2))
    own.cert_chain_pems[0].write_to_path(str(project / "own.pem"))
    tls = {"certificateFile": "own.pem", "keySecret": "key", "cname": "other.example.com"}
    key = other.private_key_pem.bytes().decode()
    with pytest.raises(SettingsError) as refusal:
        program(changed({f"{SERVICE}/tls": tls, "slipway:secrets": Secret({"key": key})}))
    assert refusal.value.problems == {
        "slipway:services.diabetes.tls.cname": "must be a name in the certificate, got "
        "'other.example.com'; it is for score.example.com",
        "slipway:services.diabetes.tls.keySecret": "must be the key of the certificate, which "
        "slipway:secrets.key is not",
    }
    assert key not in str(refusal.value)
    assert registered == []


def test_a_certified_name_is_a_name(program, project):
    import trustme

    own = trustme.CA().issue_cert("score.example.com")
    own.cert_chain_pems[0].write_to_path(str(project / "own.pem"))
    tls = {"certificateFile": "own.pem", "keySecret": "key", "cname": ""}
    secrets = Secret({"key": own.private_key_pem.bytes().decode()})
    with pytest.raises(SettingsError) as refusal:
        program(changed({f"{SERVICE}/tls": tls, "slipway:secrets": secrets}))
    assert refusal.value.problems == {
        "slipway:services.diabetes.tls.cname": "must be a DNS name such as score.example.com, got ''"
    }


def test_many_problems_of_one_file_are_one_a_line(program, project):
    (project / "odd.yml").write_text("dependencies: [thing, other-thing, '-r x']\n")
    with pytest.raises(SettingsError) as refusal:
        program(changed({f"{IMAGE}/condaFile": "odd.yml"}))
    first, *lines = refusal.value.problems["slipway:images.diabetes-image.condaFile"].splitlines()
    assert first == "must be a conda environment file, got 'odd.yml', with 3 problems:"
    assert [line.split(": ")[1] for line in lines] == [
        "dependencies[0]",
        "dependencies[1]",
        "dependencies[2]",
    ]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["pipe", "socket", "folder"])
@pytest.mark.parametrize(
    ("path", "ending"),
    [
        ("slipway:models/diabetes/path", ".pkl"),
        (f"{IMAGE}/entryScript", ".py"),
        (f"{IMAGE}/condaFile", ".yml"),
        (f"{SERVICE}/smokeTest/requestFile", ".json"),
        (f"{SERVICE}/tls/certificateFile", ".pem"),
    ],
)
def test_what_is_no_file_is_refused_and_not_waited_for(path, ending, kind, program, project):
    place = project / f"given{ending}"
    if kind == "folder":
        if "models" in path:
            pytest.skip("a folder may be a model")
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(place))
    with pytest.raises(SettingsError) as refusal:
        program(changed({path: place.name}))
    key = path.replace("/", ".")
    assert "given" in refusal.value.problems[key]
    assert "file" in refusal.value.problems[key]
