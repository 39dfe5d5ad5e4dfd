"""An entry script is looked at before anything is built."""

import pytest

from slipway.imagebuild import entry_script
from slipway.imagebuild.errors import BuildInputError

GOOD = "def init():\n    pass\n\ndef run(data):\n    return data\n"


def refused(tmp_path, text):
    path = tmp_path / "score.py"
    path.write_text(text)
    with pytest.raises(BuildInputError) as refusal:
        entry_script.check(path)
    return str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "from handlers import init, run\n",
        "from handlers import *\n",
        "init = print\nrun = len\n",
        "def init(): ...\n@decorated(x=1)\ndef run(data, request_headers): ...\n",
        "if True:\n    def init(path='x'): ...\n    def run(a, b=1): ...\n",
        "def init(): ...\ndef run(data):\n    def inner():\n        yield 1\n    return list(inner())\n",
    ],
)
def test_scripts_that_azure_ml_runs_pass(tmp_path, text):
    path = tmp_path / "score.py"
    path.write_text(text)
    entry_script.check(path)


def test_a_syntax_error_is_told_with_its_line(tmp_path):
    message = refused(tmp_path, "def init():\n    pass\ndef run(data:\n    pass\n")
    assert "score.py: line 3" in message


def test_both_missing_functions_are_named_at_once(tmp_path):
    message = refused(tmp_path, "model = None\n")
    assert "init() is missing" in message
    assert "run() is missing" in message


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        ("def run():", "takes no data"),
        ("def run(request_headers):", "takes no data"),
        ("def run(*args):", "*args"),
        ("def run(data, **more):", "**kwargs"),
        ("def run(data, /):", "positional-only"),
        ("async def run(data):", "async"),
    ],
)
def test_a_run_that_cannot_be_called_is_refused_with_its_line(tmp_path, signature, said):
    message = refused(tmp_path, f"def init(): ...\n{signature}\n    return 1\n")
    assert "line 2" in message
    assert said in message


def test_an_init_with_parameters_and_a_generator_are_refused(tmp_path):
    message = refused(tmp_path, "def init(model): ...\ndef run(data):\n    yield data\n")
    assert "init() takes parameters" in message
    assert "generator" in message


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("from .helper import K, L as M", "from helper import K, L"),
        ("from . import helper", "import helper"),
        ("from ..lib.rooted import R", "from lib.rooted import R"),
    ],
)
def test_a_relative_import_is_refused_with_what_to_write_instead(tmp_path, line, instead):
    message = refused(tmp_path, f"import json\n{line}\n{GOOD}")
    assert "score.py: line 2: `from ." in message
    assert message.endswith(f"since an entry script is in no package: write `{instead}`")


def test_a_relative_import_that_may_fail_is_none_of_ours(tmp_path):
    path = tmp_path / "score.py"
    path.write_text(
        f"try:\n    from .helper import K\nexcept ImportError:\n    from helper import K\n{GOOD}"
    )
    entry_script.check(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BuildInputError, match="nowhere"):
        entry_script.check(tmp_path / "nowhere.py")


def test_a_script_with_nul_bytes_is_told_without_a_line(tmp_path):
    script = tmp_path / "score.py"
    script.write_bytes(b"def init():\n    pass\0\n")
    with pytest.raises(BuildInputError) as told:
        entry_script.check(script)
    assert "null bytes" in str(told.value)
    assert "None" not in str(told.value)
