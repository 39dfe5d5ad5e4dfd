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
    committed.write_text("# slipway lock 1 sha256:old python 3.11\n")
    with caplog.at_level(logging.WARNING):
        text = lock.lock(conda.read(project.conda), project.cache, lock.SCRIPT_EXTRAS)
    assert "threadpoolctl==" in text
    assert "granian==" in text
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert str(committed) in caplog.text
    (kept,) = (project.cache / "locks").iterdir()
    kept.write_text(kept.read_text() + "# kept\n")
    assert lock.lock(conda.read(project.conda), project.cache, lock.SCRIPT_EXTRAS).endswith(
        "# kept\n"
    )


def test_requirements_that_contradict_are_told_in_a_sentence(project):
    project.conda.write_text("dependencies:\n- pip:\n  - granian==0.1\n")
    with pytest.raises(BuildInputError, match=r"granian") as refusal:
        lock.lock(conda.read(project.conda), project.cache, lock.SCRIPT_EXTRAS)
    assert "\n" not in str(refusal.value)
