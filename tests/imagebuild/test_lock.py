"""Locks: committed ones win when they fit, others are resolved once and kept."""

import logging

import pytest

from slipway.imagebuild import conda, lock
from slipway.imagebuild.errors import BuildInputError


def test_a_committed_lock_that_fits_is_used(project):
    assert "threadpoolctl==3.5.0" in lock.lock(
        conda.read(project.conda), project.cache, lock.SCRIPT_EXTRAS
    )
    assert not project.cache.exists()


def test_a_real_lock_has_hashes_the_runtimes_needs_and_no_host(project, caplog):
    committed = lock.committed_path(conda.read(project.conda))
    committed.unlink()
    with caplog.at_level(logging.WARNING):
        text = lock.lock(conda.read(project.conda), project.cache, lock.SCRIPT_EXTRAS)
    assert "threadpoolctl==" in text
    assert "granian==" in text
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert f"lock {project.conda}` and commit" in caplog.text
    (kept,) = (project.cache / "locks").iterdir()
    kept.write_text(kept.read_text() + "# kept\n")
    assert lock.lock(conda.read(project.conda), project.cache, lock.SCRIPT_EXTRAS).endswith(
        "# kept\n"
    )


@pytest.fixture
def passed_over(project, monkeypatch, caplog):
    """passed_over(python) -> what is logged of the committed lock when it is not used."""
    monkeypatch.setattr(lock, "_resolve", lambda *_: "threadpoolctl==0\n")

    def warning(python=None):
        environment = conda.read(project.conda, python)
        assert "threadpoolctl==0" in lock.lock(environment, project.cache, lock.SCRIPT_EXTRAS)
        return caplog.messages[0]

    return warning


def test_a_lock_for_another_python_is_passed_over_and_says_so(project, passed_over):
    project.conda.write_text("dependencies:\n- pip:\n  - threadpoolctl\n")
    project.commit_lock()
    said = passed_over("3.12")
    assert (
        "myenv.lock is not used, because it is for Python 3.11 and the image has Python 3.12"
        in said
    )
    assert f"lock {project.conda} --python-version 3.12`" in said


def test_a_lock_of_other_packages_is_passed_over_and_names_them(project, passed_over):
    project.conda.write_text("dependencies:\n- python=3.11\n- pip:\n  - numpy>2\n  - pyjwt\n")
    said = passed_over()
    assert (
        "it was made without numpy>2, pyjwt, which the image needs now; it was made with threadpoolctl, which nothing "
        "asks for any more" in said
    )
    assert "Python" not in said


def test_a_lock_of_an_older_form_is_passed_over_and_says_so(project, passed_over):
    lock.committed_path(conda.read(project.conda)).write_text("# slipway lock 1 sha256:old\n")
    assert "earlier version of Slipway" in passed_over()


def test_the_packages_are_resolved_outside_of_any_project(project, monkeypatch, tmp_path):
    """uv takes settings from the pyproject.toml of the folder it is run in."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.uv]\nconstraint-dependencies = ["threadpoolctl<3.3"]\n'
    )
    monkeypatch.chdir(tmp_path)
    lock.committed_path(conda.read(project.conda)).unlink()
    text = lock.lock(conda.read(project.conda), project.cache)
    assert "threadpoolctl==3." in text
    assert "threadpoolctl==3.2" not in text


def test_requirements_that_contradict_are_told_in_a_sentence(project):
    project.conda.write_text("dependencies:\n- pip:\n  - granian==0.1\n")
    with pytest.raises(BuildInputError, match=r"granian") as refusal:
        lock.lock(conda.read(project.conda), project.cache, lock.SCRIPT_EXTRAS)
    assert "\n" not in str(refusal.value)
