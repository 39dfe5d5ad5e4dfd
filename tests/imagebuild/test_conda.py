"""Conda files as people have them become pip requirements, or one sentence per problem."""

import pytest

from slipway.imagebuild import conda
from slipway.imagebuild.errors import BuildInputError


def written(tmp_path, text):
    path = tmp_path / "myenv.yml"
    path.write_text(text)
    return path


def read(tmp_path, dependencies, more="", python=None):
    lines = "".join(f"  - {line}\n" for line in dependencies)
    return conda.read(written(tmp_path, f"name: x\n{more}dependencies:\n{lines}"), python)


def problems(tmp_path, dependencies, python=None):
    with pytest.raises(BuildInputError) as refusal:
        read(tmp_path, dependencies, python=python)
    return refusal.value.problems


def test_conda_and_pip_packages_become_requirements(tmp_path):
    environment = read(
        tmp_path,
        ["python=3.11", "scikit-learn=1.5", "conda-forge::numpy>=1.26,<3", "pytorch", "pip"],
        more="channels: [conda-forge]\n",
    )
    assert environment.python == "3.11"
    assert environment.requirements == ("numpy>=1.26,<3", "scikit-learn==1.5.*", "torch")
    assert environment.notes == ()


@pytest.mark.parametrize(
    ("line", "requirement"),
    [
        ("numpy=1.26", "numpy==1.26.*"),
        ("numpy==1.26.4", "numpy==1.26.4"),
        ("numpy=1.26.*", "numpy==1.26.*"),
        ("numpy 1.26.4", "numpy==1.26.4"),
        ("numpy=1.26.4=py311h64a7726_0", "numpy==1.26.4"),
        ("numpy >=1.26,<2", "numpy>=1.26,<2"),
        ("numpy", "numpy"),
        ("numpy *", "numpy"),
    ],
)
def test_conda_versions_in_pips_form(tmp_path, line, requirement):
    assert read(tmp_path, [f'"{line}"']).requirements == (requirement,)


def test_azure_mls_serving_packages_are_left_out_with_a_note(tmp_path):
    path = written(
        tmp_path,
        "channels: [defaults]\ndependencies:\n- pip:\n  - azureml-defaults==1.57\n  - xgboost\n",
    )
    environment = conda.read(path)
    assert environment.requirements == ("xgboost",)
    assert any("azureml-defaults" in note for note in environment.notes)
    assert any("defaults" in note and "channel" in note for note in environment.notes)


def test_every_problem_is_told_at_once(tmp_path):
    path = written(
        tmp_path,
        "dependencies:\n- cudatoolkit=11\n- 7\n- numpy=1|2\n- pip:\n  - -r other.txt\n  - a b c\n"
        "  - thing @ git+https://example.org/thing\nvariables:\n  A: b\n",
    )
    with pytest.raises(BuildInputError) as refusal:
        conda.read(path)
    text = str(refusal.value)
    assert len(refusal.value.problems) == 7
    for said in (
        "cudatoolkit",
        "solving with conda is not there yet",
        "'|'",
        "option of pip",
        "a b c",
        "locked by hash",
        "variables",
    ):
        assert said in text


@pytest.mark.parametrize(
    "text", ["a: [1, 2\n", "just text", "- a\n- b\n", "dependencies: 3\n", "\x00"]
)
def test_what_is_no_conda_file_is_refused_in_a_sentence(tmp_path, text):
    with pytest.raises(BuildInputError, match=r"myenv\.yml"):
        conda.read(written(tmp_path, text))


@pytest.mark.parametrize(
    ("line", "setting", "chosen"),
    [
        ("numpy", None, "3.11"),
        ("python", None, "3.11"),
        ("python>=3.8", None, "3.11"),
        ("python>=3.12", None, "3.12"),
        ("python>=3.12,!=3.12.*", None, "3.13"),
        ("python=3.12", None, "3.12"),
        ("python==3.12", None, "3.12"),
        ("python=3.12.4", None, "3.12.4"),
        ("python>=3.8", "3.13", "3.13"),
        ("numpy", "3.12.4", "3.12.4"),
        ("python=3.12.4", "3.12", "3.12.4"),
        ("python=3.12", "3.12.4", "3.12.4"),
        ("python==3.12", "3.12", "3.12"),
    ],
)
def test_the_images_python_is_the_settings_else_the_files_else_the_default(
    tmp_path, line, setting, chosen
):
    assert read(tmp_path, [f'"{line}"'], python=setting).python == chosen


@pytest.mark.parametrize(
    ("line", "setting"),
    [("python=3.12", "3.11"), ("python=3.12.4", "3.12.5"), ("python<3.12", "3.12")],
)
def test_a_setting_that_contradicts_the_file_is_refused(tmp_path, line, setting):
    (message,) = problems(tmp_path, [f'"{line}"'], python=setting).values()
    assert "contradicts" in message
    assert setting in message


def test_a_python_that_the_runtime_does_not_support_is_refused(tmp_path):
    (message,) = problems(tmp_path, ["python=3.6.2"]).values()
    assert "3.6.2" in message
    assert "write python=3.11" in message


@pytest.mark.parametrize("line", ["python>=3.99", "python<3.11"])
def test_a_range_without_a_python_to_be_had_is_refused(tmp_path, line):
    (message,) = problems(tmp_path, [f'"{line}"']).values()
    assert "write an exact one" in message
