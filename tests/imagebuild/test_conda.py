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
        "  - thing @ git+https://example.org/thing\nvariables:\n  API_KEY: b\nplatforms: [linux-64]\n",
    )
    with pytest.raises(BuildInputError) as refusal:
        conda.read(path)
    text = str(refusal.value)
    assert len(refusal.value.problems) == 8
    for said in (
        "cudatoolkit",
        "solving with conda is not there yet",
        "'|'",
        "-r other.txt",
        "a b c",
        "locked by hash",
        "variables.API_KEY",
        "'platforms' is not read",
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


EXPORTED = """
  - _libgcc_mutex=0.1=conda_forge
  - _openmp_mutex=4.5=2_gnu
  - blas=1.0=mkl
  - bzip2=1.0.8=h4bc722e_7
  - icu=75.1=he02047a_0
  - joblib=1.6.0=pyhd8ed1ab_0
  - ld_impl_linux-64=2.43=h712a8e2_4
  - libgcc-ng=15.1.0=h69a702a_4
  - libgfortran5=15.1.0=hcea5267_4
  - libsqlite=3.50.4=h0c1763c_0
  - mkl-service=2.4.0=py311h5eee18b_1
  - numpy=2.4.6=py311h0123456_0
  - python=3.11.13=h9e4cc4f_0_cpython
  - python_abi=3.11=8_cp311
  - readline=8.2=h8c095d6_2
  - tk=8.6.13=noxft_hd72426e_102
  - tzdata=2025b=h78e105d_0
  - xorg-libx11=1.8=h0
"""


def test_what_an_export_lists_besides_python_packages_is_left_out_with_one_note(tmp_path):
    environment = conda.read(written(tmp_path, f"dependencies:{EXPORTED}"))
    assert environment.python == "3.11.13"
    assert environment.requirements == ("joblib==1.6.0", "numpy==2.4.6")
    built, note = environment.notes
    assert built == (
        "conda's builds are not used, but PyPI's wheels of these versions: joblib, numpy"
    )
    assert note.startswith("left out, as PyPI's wheels")
    for name in ("_openmp_mutex", "icu", "libgcc-ng", "python_abi", "tk", "tzdata", "xorg-libx11"):
        assert f" {name}" in note


@pytest.mark.parametrize("name", ["librosa", "libtmux", "thing"])
def test_what_may_be_a_python_package_is_not_left_out(tmp_path, name):
    (message,) = problems(tmp_path, [name]).values()
    assert "has no known PyPI name" in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("dependencies: [numpy]".encode("utf-16"), "is UTF-16: save it as UTF-8"),
        (
            "# für\ndependencies: [numpy]".encode("cp1252"),
            "has a byte in line 1 that is not UTF-8: save",
        ),
    ],
)
def test_another_encoding_is_told(tmp_path, content, said):
    path = tmp_path / "myenv.yml"
    path.write_bytes(content)
    with pytest.raises(BuildInputError) as refusal:
        conda.read(path)
    assert said in str(refusal.value)


def test_a_mark_of_utf8_is_no_harm(tmp_path):
    path = tmp_path / "myenv.yml"
    path.write_bytes(b"\xef\xbb\xbfdependencies: [numpy]")
    assert conda.read(path).requirements == ("numpy",)


def test_nesting_and_days_without_end_are_sentences(tmp_path):
    for text in ("[" * 5000, "dependencies: [2026-13-45]"):
        with pytest.raises(BuildInputError, match=r"myenv\.yml"):
            conda.read(written(tmp_path, text))
