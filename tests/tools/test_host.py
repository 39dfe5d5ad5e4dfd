"""The language host, driven by the engine."""

import json
import sys
import time

import pytest

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("cli")]

PROJECT = "name: project\nruntime:\n  name: python\n  options:\n    virtualenv: "


def test_an_unchanged_stack_is_quick_and_free_of_warnings(pulumi_engine):
    engine = pulumi_engine("import pulumi; pulumi.export('x', pulumi.get_stack())")
    engine.up().check()
    again = engine.up().check()
    assert not again.changed
    assert again.diagnostics == []
    assert engine.outputs() == {"x": "test"}


def test_a_refusal_is_its_sentence_and_nothing_more(pulumi_engine):
    engine = pulumi_engine("import pulumi\nraise pulumi.RunError('cpu must be positive, got 0')")
    failed = engine.preview()
    assert failed.exit_code != 0
    assert failed.errors == ["cpu must be positive, got 0"]
    assert "Traceback" not in failed.text
    assert "exit code" not in failed.text


def test_any_other_exception_is_shown_from_the_users_code_on(pulumi_engine):
    engine = pulumi_engine(
        {
            "__main__.py": "import helper\nhelper.work()\n",
            "helper.py": "def work():\n    {}['missing']\n",
        }
    )
    (error,) = engine.preview().errors
    assert error.startswith("Program failed with an unhandled exception:")
    assert "__main__.py" in error
    assert error.endswith("KeyError: 'missing'")
    assert "helper.py" in error
    assert "runpy" not in error


def test_an_exit_code_of_the_programs_own_is_reported(pulumi_engine):
    failed = pulumi_engine("import sys; sys.exit(3)").preview()
    assert "non-zero exit code: 3" in failed.text


def test_a_program_that_is_not_there(pulumi_engine):
    engine = pulumi_engine({"Pulumi.yaml": PROJECT + sys.prefix, "other.py": ""})
    assert "__main__.py" in engine.preview().text


def test_main_may_name_a_folder_or_a_file(pulumi_engine):
    program = "import pulumi, helper, os; pulumi.export('cwd', os.path.basename(os.getcwd()))"
    for main in ("code", "code/__main__.py"):
        engine = pulumi_engine(
            {
                "Pulumi.yaml": f"{PROJECT}{sys.prefix}\nmain: {main}\n",
                "code/__main__.py": program if main == "code" else program.replace(", helper", ""),
                "code/helper.py": "",
            }
        )
        engine.up().check()
        assert engine.outputs() == {"cwd": "code"}


def test_the_virtual_environment_is_relative_to_the_project(pulumi_engine):
    files = {
        "Pulumi.yaml": PROJECT + "env\nmain: code\n",
        "code/__main__.py": "import pulumi, sys; pulumi.export('prefix', sys.prefix)",
    }
    engine = pulumi_engine(files)
    missing = engine.preview()
    assert not missing.ok
    assert "virtualenv" in missing.text
    (engine.cwd / "env").symlink_to(sys.prefix)
    engine.up().check()
    assert engine.outputs()["prefix"] == str(engine.cwd / "env")


def test_without_a_virtual_environment_python_comes_from_the_path(pulumi_engine):
    engine = pulumi_engine(
        {
            "Pulumi.yaml": "name: project\nruntime: python\n",
            "__main__.py": "import pulumi, sys; pulumi.export('prefix', sys.prefix)",
        }
    )
    engine.up().check()
    assert engine.outputs()["prefix"] == sys.prefix


def test_secret_configuration_is_secret_to_the_program(pulumi_engine):
    engine = pulumi_engine(
        "import pulumi\n"
        "c = pulumi.Config()\n"
        "pulumi.export('key', c.get_secret('key'))\n"
        "try:\n    c.require('key')\nexcept Exception as e:\n    pulumi.log.warn(type(e).__name__)\n"
        "pulumi.export('n', c.require_int('n'))\n",
        config={"n": 3},
    )
    engine._say(["config", "set", "key", "--secret"], "planted")
    assert "planted" not in engine.up().check().text
    assert engine.outputs() == {"key": "planted", "n": 3}


def test_dynamic_resources(pulumi_engine):
    engine = pulumi_engine("""
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Doubler(ResourceProvider):
    def create(self, inputs):
        return CreateResult("x", {**inputs, "double": inputs["n"] * 2})

class Double(Resource):
    double: pulumi.Output[int]

    def __init__(self, name, n):
        super().__init__(Doubler(), name, {"n": n, "double": None})

pulumi.export("double", Double("d", 4).double)
""")
    first = engine.up().check()
    assert first.changes == {"create": 2}
    assert engine.outputs() == {"double": 8}
    assert engine.up().check().diagnostics == []
    engine.destroy().check()


def test_policy_packs(pulumi_engine):
    engine = pulumi_engine(
        {
            "__main__.py": "import pulumi; pulumi.ComponentResource('x:y:Z', 'bad-name')",
            "policy/PulumiPolicy.yaml": f"runtime: {{name: python, options: {{virtualenv: {sys.prefix}}}}}",
            "policy/__main__.py": """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def no_bad(args, report):
    if "bad" in args.urn:
        report("names must be good")

PolicyPack("pack", policies=[ResourceValidationPolicy(
    name="no-bad", description="d", validate=no_bad, enforcement_level=EnforcementLevel.MANDATORY)])
""",
        }
    )
    refused = engine.preview("--policy-pack", "policy")
    assert not refused.ok
    assert "names must be good" in refused.text
    assert "Traceback" not in refused.text


def test_an_interrupt_leaves_no_traceback_and_nothing_running(pulumi_engine):
    engine = pulumi_engine("import pathlib, time; pathlib.Path('begun').touch(); time.sleep(60)")
    started = engine.start("up", "--skip-preview")
    deadline = time.monotonic() + 30
    while not (engine.cwd / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    started.interrupt()
    time.sleep(0.5)
    started.interrupt()  # the second one: do not wait for the program
    result = started.wait(60)
    assert not result.ok
    assert "Traceback" not in result.text
    assert engine.left_running() == []


def test_about_lists_the_programs_packages(pulumi_engine):
    about = json.loads(pulumi_engine("").run("about", "--json").check().stdout)
    assert about["runtime"]["executable"] == sys.executable
    assert about["dependencies"]
    assert about["errors"] == []
