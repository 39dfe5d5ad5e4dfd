"""What is beside plain packages in a conda file: supported, or refused with what to write instead."""

import hashlib
import zipfile

import pytest

from slipway.imagebuild import conda, lock
from slipway.imagebuild.context import content_key, stage
from slipway.imagebuild.errors import BuildInputError

ACME = "acme-1.0-py3-none-any.whl"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def wheel(path, *needs, text="X = 1\n"):
    """A wheel of the package acme that needs others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    info = "acme-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("acme.py", text)
        lines = "".join(f"Requires-Dist: {each}\n" for each in needs)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n{lines}"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def folder(tmp_path):
    wheel(tmp_path / "conda" / "wheels" / ACME)
    wheel(tmp_path / "elsewhere" / ACME)
    return tmp_path / "conda"


@pytest.fixture
def read(folder):
    def make(*lines, more=""):
        pip = "".join(f"  - {line!r}\n" for line in lines)
        path = folder / "myenv.yml"
        path.write_text(f"dependencies:\n- python=3.11\n- pip:\n{pip}{more}")
        return conda.read(path)

    return make


@pytest.fixture
def refused(read):
    def make(*lines, more=""):
        with pytest.raises(BuildInputError) as refusal:
            read(*lines, more=more)
        return refusal.value.problems

    return make


def test_a_wheel_in_the_folder_is_a_requirement_by_its_hash(read, folder):
    line = f"acme @ file://${{SLIPWAY_WHEELS}}/{ACME}#sha256={sha256(folder / 'wheels' / ACME)}"
    for given in (f"./wheels/{ACME}", f"wheels/{ACME}", f"{folder}/wheels/{ACME}"):
        assert read(given).requirements == (line,)
    assert read(f"acme @ file://{folder}/wheels/{ACME}").requirements == (line,)
    with_marker = read(f"acme[more] @ file:wheels/{ACME} ; sys_platform == 'linux'").requirements
    assert with_marker == (f'{line.replace("acme @", "acme[more] @")} ; sys_platform == "linux"',)


def test_a_wheels_content_and_not_its_place_is_in_the_requirement(read, folder):
    before = read(f"wheels/{ACME}").requirements
    wheel(folder / "other" / ACME)
    assert read(f"other/{ACME}").requirements == before
    wheel(folder / "other" / ACME, text="X = 2\n")
    assert read(f"other/{ACME}").requirements != before


def test_a_wheel_is_locked_with_its_hash_and_what_it_needs(read, folder, monkeypatch, tmp_path):
    monkeypatch.setattr("slipway.imagebuild.runtime_package.requirements", lambda _: ())
    wheel(folder / "wheels" / ACME, "threadpoolctl")
    text = lock.lock(read(f"wheels/{ACME}"), tmp_path / "cache")
    hashed = f"${{SLIPWAY_WHEELS}}/{ACME} \\\n    --hash=sha256:{sha256(folder / 'wheels' / ACME)}"
    assert hashed in text
    assert "\nthreadpoolctl==" in text
    assert str(folder) not in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-e .", "goes into the image by the source directory; or build a wheel of it"),
        ("-e.", "goes into the image by the source directory"),
        ("--editable=git+https://a.example/b", "goes into the image by the source directory"),
        (".", "is no wheel, and only what is built can be locked by hash: build it"),
        ("./acme-1.0.tar.gz", "is no wheel, and only what is built can be locked by hash"),
        ("-c constraints.txt", "write the versions that it allows beside the packages here"),
        ("-f wheels", "name each wheel by its path, as ./wheels/NAME.whl"),
        ("--pre", "name the pre-release itself"),
        ("-i https://me:hunter2@a.example/simple", "PIP_EXTRA_INDEX_URL (docs/packages.md)"),
        ("--only-binary :all:", "remove it: an image installs exactly what its lock names"),
        ("-r missing.txt", "'-r missing.txt' names a file that does not exist beside the conda"),
        ("-r https://a.example/b.txt", "put the file beside the conda file"),
        ("-r ../outside.txt", "outside the conda file's folder"),
        ("./wheels/missing-1-py3-none-any.whl", "does not exist beside the conda file"),
        (f"../elsewhere/{ACME}", "lies outside the conda file's folder"),
        ("https://a.example/x-1-py3-none-any.whl", "download its wheel beside the conda file"),
        ("x @ https://me:hunter2@a.example/x.whl", "download its wheel beside the conda file"),
        (
            f"x @ git+https://me:hunter2@a.example/x@{COMMIT}",
            f"(`pip wheel --no-deps -w wheels 'git+https://****@a.example/x@{COMMIT}'`)",
        ),
        ("x @ git+https://a.example/x", "'git+https://a.example/x@COMMIT'`) and name that"),
        ("git+https://me@a.example/x.git@v1#egg=x", "@a.example/x.git@COMMIT#egg=x'`)"),
        ("git+ssh://git@a.example/x", "cannot be locked by hash"),
        ("a b c", "is not a pip requirement"),
    ],
)
def test_what_an_image_cannot_have_is_refused_with_what_to_write_instead(
    refused, folder, line, said
):
    (folder.parent / "outside.txt").write_text("numpy\n")
    ((where, why),) = refused(line).items()
    assert where == "myenv.yml: dependencies[1].pip[0]"
    assert said in why
    assert "hunter2" not in why
    assert "\n" not in why


def test_a_wheel_for_another_machine_is_refused(refused, folder):
    name = "acme-1.0-cp310-cp310-win_amd64.whl"
    wheel(folder / name)
    assert refused(name) == {
        f"myenv.yml: {name}": f"{name} is for cp310-cp310-win_amd64, and the image has Python 3.11 on Linux x86-64: "
        "build or download the wheel for that"
    }


def test_what_is_wrong_with_wheels_is_told_with_all_that_is_wrong_beside_them(refused, folder):
    """Whatever of it an installer would find: nothing waits for the other lines to be mended."""
    other = "acme-1.0-cp310-cp310-win_amd64.whl"
    wheel(folder / other)
    (folder / ACME).write_bytes(b"not an archive")
    whole = wheel(folder / "wheels" / ACME).read_bytes()
    (folder / "cut" / ACME).parent.mkdir()
    (folder / "cut" / ACME).write_bytes(whole[: len(whole) // 2])
    (folder / "flipped" / ACME).parent.mkdir()
    (folder / "flipped" / ACME).write_bytes(whole.replace(b"Name: acme", b"Name: acne", 1))
    renamed = wheel(folder / "wheels" / "acne-2.0-py3-none-any.whl")
    bare = "bare-1.0-py3-none-any.whl"
    with zipfile.ZipFile(folder / bare, "w") as archive:
        archive.writestr("bare.py", "")
    again = ": build or download it again"
    damaged = (
        f"cannot be read as a zip archive, which a wheel is, so it is damaged or incomplete{again}"
    )
    at = "myenv.yml: dependencies[1].pip"
    assert refused(
        ACME,
        f"cut/{ACME}",
        f"flipped/{ACME}",
        f"wheels/{renamed.name}",
        bare,
        other,
        "a b c",
    ) == {
        f"{at}[0]": f"'{ACME}' {damaged}",
        f"{at}[1]": f"'cut/{ACME}' {damaged}",
        f"{at}[2]": f"'flipped/{ACME}' {damaged}",
        f"{at}[3]": f"'wheels/{renamed.name}' holds acme-1.0 and not what its name says{again}",
        f"{at}[4]": f"'{bare}' is a zip archive without the METADATA of a wheel{again}",
        f"{at}[6]": "'a b c' is not a pip requirement (Expected semicolon (after name with no version specifier) or "
        "end)",
        f"myenv.yml: {other}": f"{other} is for cp310-cp310-win_amd64, and the image has Python 3.11 on Linux x86-64: "
        "build or download the wheel for that",
    }


def test_the_lines_of_a_file_are_taken_in(read, folder):
    (folder / "more").mkdir()
    (folder / "requirements.txt").write_text(
        "# ours\nnumpy==2.4.6 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n-r more/inner.txt # beside\n"
        f"wheels/{ACME}\nazureml-defaults\n"
    )
    (folder / "more" / "inner.txt").write_text("-r ../requirements.txt\nsix\n")
    found = read("-r requirements.txt")
    assert [line.split()[0] for line in found.requirements] == ["acme", "numpy==2.4.6", "six"]
    assert any("hashes beside packages are not used" in note for note in found.notes)
    assert read("--requirement=requirements.txt").requirements == found.requirements


def test_every_wrong_line_of_a_file_is_told_with_its_number(refused, folder):
    (folder / "requirements.txt").write_text("six\n-e .\n\nx @ git+https://a.example/x\n")
    at = "myenv.yml: dependencies[1].pip[0]: requirements.txt line"
    assert set(refused("-r requirements.txt")) == {f"{at} 2", f"{at} 4"}


def test_a_file_that_is_no_text_is_refused(refused, folder):
    (folder / "requirements.txt").write_bytes("six\n".encode("utf-16"))
    (why,) = refused("-r requirements.txt").values()
    assert "is UTF-16: save it as UTF-8" in why


VARIABLES = (
    "variables:\n  OMP_NUM_THREADS: 1\n  RELEASE: 1.10\n  VERBOSE: true\n  GREETING: it's $5\n"
)


def test_variables_are_those_of_the_image_as_they_are_written(read, folder):
    assert read(more=VARIABLES).variables == (
        ("GREETING", "it's $5"),
        ("OMP_NUM_THREADS", "1"),
        ("RELEASE", "1.10"),
        ("VERBOSE", "true"),
    )


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("API_KEY: planted", "looks like a secret, which whoever pulls the image could read"),
        ("DATABASE: postgres://me:planted@host/db", "looks like a secret"),
        ("PATH: /planted", "the image sets it itself"),
        ("SLIPWAY_PRIMARY_KEY: planted", "the service sets it"),
        ("a-b: planted", "must have names of"),
        ("A: [planted]", "must be a text that is not empty"),
        ("A:", "must be a text that is not empty"),
        ('A: "planted\\n1"', "must be one line of printable text"),
    ],
)
def test_variables_that_no_image_may_have_are_refused(refused, variable, said):
    ((where, why),) = refused(more=f"variables:\n  {variable}\n").items()
    assert where == f"myenv.yml: variables.{variable.partition(':')[0]}"
    assert said in why
    assert "planted" not in why


def test_wheels_and_variables_are_in_the_context(project, tmp_path):
    path = wheel(project.root / "wheels" / ACME)
    project.conda.write_text(
        f"dependencies:\n- python=3.11\n- pip:\n  - wheels/{ACME}\n{VARIABLES}"
    )
    project.commit_lock()
    folder = stage(project.spec(), tmp_path / "contexts", project.cache)
    assert (folder / "wheels" / ACME).read_bytes() == path.read_bytes()
    dockerfile = (folder / "Dockerfile").read_text()
    assert "--mount=type=bind,source=wheels,target=/wheels SLIPWAY_WHEELS=/wheels " in dockerfile
    assert " OMP_NUM_THREADS=1 RELEASE=1.10 VERBOSE=true AZUREML_MODEL_DIR=" in dockerfile
    key = content_key(project.spec(), project.cache)
    project.conda.write_text(project.conda.read_text().replace("1.10", "1.11"))
    assert content_key(project.spec(), project.cache) != key
