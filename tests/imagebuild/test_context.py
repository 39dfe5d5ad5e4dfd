"""The content key and the staged folder: the same inputs, the same bytes."""

import hashlib
import os
from dataclasses import replace

import pytest

from slipway.imagebuild.context import content_key, stage
from slipway.imagebuild.errors import BuildInputError


def listing(folder):
    """Every path with mode, time and content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.stat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[path.relative_to(folder).as_posix()] = (status.st_mode, status.st_mtime_ns, content)
    return found


def test_the_same_files_elsewhere_make_the_same_folder_to_the_byte(make_project):
    here, there = make_project("here"), make_project("there")
    there.script.chmod(0o777)
    os.utime(there.script, (0, 0))
    first = stage(here.spec(), here.root / "contexts")
    second = stage(there.spec(), there.root / "contexts")
    assert first.name == second.name
    assert listing(first) == listing(second)
    assert content_key(here.spec()) == content_key(there.spec())


def test_the_key_knows_content_and_not_numbers(project):
    key = content_key(project.spec())
    assert content_key(project.spec(version=7)) == key
    project.model.write_bytes(b"other weights")
    assert content_key(project.spec()) != key


@pytest.mark.parametrize("changed", ["script", "labels", "base_image"])
def test_the_key_follows_what_goes_into_the_image(project, changed):
    key = content_key(project.spec())
    if changed == "script":
        project.script.write_text(project.script.read_text() + "\n# new\n")
        assert content_key(project.spec()) != key
    else:
        value = (("team", "blue"),) if changed == "labels" else "python:3.11-bookworm"
        assert content_key(project.spec(**{changed: value})) != key


def test_a_finished_folder_is_used_again_and_a_damaged_one_made_anew(project):
    contexts = project.root / "contexts"
    first = stage(project.spec(), contexts)
    inode = (first / "Dockerfile").stat().st_ino
    assert (stage(project.spec(), contexts) / "Dockerfile").stat().st_ino == inode
    (first / "app" / "score.py").unlink()
    assert (stage(project.spec(), contexts) / "app" / "score.py").is_file()
    assert [path.name for path in contexts.iterdir()] == [first.name]


@pytest.mark.parametrize("pattern", ["models/**/*.pkl", "app/*.py", "Dockerfile"])
def test_a_byte_that_was_changed_in_a_finished_folder_is_not_built(project, pattern):
    contexts = project.root / "contexts"
    path = next(stage(project.spec(), contexts).glob(pattern))
    right, before = path.read_bytes(), path.stat()
    path.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    stage(project.spec(), contexts)
    assert path.read_bytes() == right


def test_the_folder_holds_exactly_the_image(project):
    folder = stage(project.spec(version=3), project.root / "contexts")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    runtime = {name for name in files if name.startswith("runtime/")}
    assert "runtime/scoring/__init__.py" in runtime
    assert not [name for name in runtime if name.endswith(".pyc") or "/tests/" in name]
    assert files - runtime == {
        "Dockerfile",
        ".dockerignore",
        "requirements.lock",
        "app/score.py",
        "models/diabetes/3/model.pkl",
    }


def test_a_new_model_changes_nothing_above_the_last_lines_of_the_dockerfile(project):
    def dockerfile(version):
        folder = stage(project.spec(version=version), project.root / "contexts")
        return (folder / "Dockerfile").read_text().splitlines()

    old = dockerfile(1)
    project.model.write_bytes(b"better weights")
    new = dockerfile(2)
    changed = [number for number, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    run_and_copy = [n for n, line in enumerate(new) if line.split()[0] in ("RUN", "COPY")]
    assert changed
    assert min(changed) > run_and_copy[-2]
    assert new[run_and_copy[-1]].startswith("COPY models/")


def test_a_model_that_changed_after_its_registration_is_refused(project):
    spec = project.spec()
    project.model.write_bytes(b"weightz")
    with pytest.raises(BuildInputError, match="changed in between"):
        stage(spec, project.root / "contexts")
    assert list((project.root / "contexts").iterdir()) == []


def test_a_bare_model_needs_no_script(project, tmp_path):
    spec = replace(project.spec(), entry_script=None)
    text = (stage(spec, tmp_path / "contexts") / "Dockerfile").read_text()
    assert "COPY app/" not in text
    assert "AZUREML_ENTRY_SCRIPT" not in text


def test_several_models_are_found_by_the_folder_above_them(project, tmp_path):
    other = replace(project.model_file(version=4), name="other")
    folder = stage(project.spec(models=(project.model_file(), other)), tmp_path / "contexts")
    text = (folder / "Dockerfile").read_text()
    assert "AZUREML_MODEL_DIR=/var/azureml-app/azureml-models\n" in text.replace(
        " AZUREML_ENTRY", "\n"
    )
    assert (folder / "models/other/4/model.pkl").is_file()


def test_a_source_folder_goes_along_without_what_tools_leave(project, tmp_path):
    source = tmp_path / "source"
    (source / "helpers" / "__pycache__").mkdir(parents=True)
    (source / ".git").mkdir()
    (source / ".git" / "config").write_text("x")
    (source / "helpers" / "__pycache__" / "a.pyc").write_text("x")
    (source / "helpers" / "shape.py").write_text("SHAPE = 10\n")
    (source / "score.py").write_text(project.script.read_text())
    spec = project.spec(entry_script=source / "score.py", source_directory=source)
    folder = stage(spec, tmp_path / "contexts")
    files = {p.relative_to(folder).as_posix() for p in (folder / "app").rglob("*") if p.is_file()}
    assert files == {"app/score.py", "app/helpers/shape.py"}


@pytest.mark.parametrize(("setting", "base"), [(None, "3.11"), ("3.12", "3.12")])
def test_the_python_that_is_set_is_the_base_images_and_the_locks(project, setting, base):
    project.conda.write_text("dependencies:\n- python>=3.11\n- pip:\n  - threadpoolctl\n")
    project.commit_lock(setting)
    folder = stage(project.spec(python_version=setting), project.root / "contexts", project.cache)
    text = (folder / "Dockerfile").read_text()
    assert text.startswith(f"ARG BASE_IMAGE=python:{base}-slim")
    assert f"LABEL io.slipway.python={base}\n" in text
    assert f"# python {base}\n" in (folder / "requirements.lock").read_text()
    assert not project.cache.exists()


def test_an_image_that_sends_telemetry_has_the_packages_and_says_so(project, monkeypatch):
    plain = content_key(project.spec())
    wanted = []
    monkeypatch.setattr(
        "slipway.imagebuild.lock._resolve",
        lambda _, inputs: wanted.extend(inputs.requirements) or "exporter==1 --hash=sha256:00\n",
    )
    spec = project.spec(application_insights=True)
    folder = stage(spec, project.root / "contexts", project.cache)
    assert any(line.startswith("azure-monitor-opentelemetry-exporter") for line in wanted)
    assert "exporter==1" in (folder / "requirements.lock").read_text()
    assert "io.slipway.application-insights=true" in (folder / "Dockerfile").read_text()
    assert content_key(spec, project.cache) != plain


def test_the_advice_for_the_lock_of_such_an_image_names_the_option(project, monkeypatch, caplog):
    monkeypatch.setattr("slipway.imagebuild.lock._resolve", lambda *_: "")
    content_key(project.spec(application_insights=True), project.cache)
    assert f"lock {project.conda} --application-insights`" in caplog.text


@pytest.mark.parametrize("setting", ["3", "3.x", "3.10", "latest", ""])
def test_a_python_that_no_image_can_have_is_refused(project, setting):
    with pytest.raises(BuildInputError) as refusal:
        content_key(project.spec(python_version=setting))
    assert list(refusal.value.problems) == ["python_version"]
    assert repr(setting) in str(refusal.value)


def test_all_wrong_inputs_are_told_at_once(project, tmp_path):
    project.script.write_text("nothing")
    project.conda.write_text("- no\n")
    empty = tmp_path / "empty.pkl"
    empty.touch()
    spec = project.spec(
        models=(replace(project.model_file(), path=empty),), base_image="Not An Image"
    )
    with pytest.raises(BuildInputError) as refusal:
        content_key(spec)
    text = str(refusal.value)
    for said in ("empty.pkl", "init() is missing", "myenv.yml", "Not An Image"):
        assert said in text


def test_a_link_out_of_the_source_folder_is_refused(project, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "score.py").write_text(project.script.read_text())
    (source / "key").symlink_to("/etc/hostname")
    with pytest.raises(BuildInputError, match="link to a file outside"):
        content_key(project.spec(entry_script=source / "score.py", source_directory=source))
