"""The fixture `pulumi_engine`: the real CLI against a provider in this process."""

import threading
import time
from typing import ClassVar

import pytest

from pytest_pulumi import (
    InvalidInputsError,
    KillAt,
    Provider,
    ProviderServer,
    RefusedError,
    Secret,
    plain,
)

pytestmark = pytest.mark.engine

THING = "test:index:Thing"
THINGS = """
import json, pulumi

class Thing(pulumi.CustomResource):
    size: pulumi.Output[int]
    address: pulumi.Output[str]

    def __init__(self, name, props, opts=None):
        super().__init__("test:index:Thing", name, {"address": None, **props}, opts)
"""
ONE = (
    THINGS
    + """
config = pulumi.Config()
a = Thing("a", {"size": config.get_int("size") or 1, "kind": config.get("kind") or "plain"})
b = Thing("b", {"size": 1, "kind": "plain", "peer": a.address, "key": config.get_secret("key")})
pulumi.export("address", a.address)
pulumi.export("key", config.get_secret("key"))
"""
)


class Things(Provider):
    replaces: ClassVar = {THING: {"kind"}}

    def outputs(self, call):
        return {"address": f"{call.name}.example"}

    def check(self, call):
        if plain(call.inputs["size"]) > 9:
            raise InvalidInputsError({"size": "must be at most 9, got more"})
        return {"size": 1, **call.inputs}


@pytest.fixture
def things():
    with ProviderServer(Things()) as server:
        yield server


def test_the_whole_life_of_a_stack(pulumi_engine, things):
    engine = pulumi_engine(ONE, providers=[things])

    preview = engine.preview().check()
    assert preview.changes == {"create": 3}
    assert things.of("Create") == []

    first = engine.up().check()
    assert first.changes == {"create": 3}
    assert engine.outputs() == {"address": "a.example"}
    assert {r["urn"].rpartition("::")[2] for r in engine.resources(THING)} == {"a", "b"}
    assert [call.name for call in things.of("Create", THING)] == ["a", "b"]

    again = engine.up().check()
    assert not again.changed
    assert again.changes == {"same": 3}

    engine.config_set("size", 2)
    update = engine.up().check()
    assert update.changes == {"same": 2, "update": 1}
    (call,) = things.of("Update", THING)
    assert (call.old_inputs["size"], call.inputs["size"]) == (1, 2)

    engine.config_set("kind", "fancy")
    things.provider.delete_before_replace = True
    replacement = engine.preview().check()
    assert [s.keys for s in replacement.steps if s.op == "replace"] == [("kind",)]
    things.provider.resources["a"].inputs["size"] = 7
    assert engine.refresh().check().changes == {"same": 2, "update": 1}
    assert engine.export()["deployment"]["resources"]

    assert engine.destroy().check().changes == {"delete": 3}
    assert things.provider.resources == {}
    assert engine.resources() == []


def test_secrets_stay_secret(pulumi_engine, things):
    engine = pulumi_engine(ONE, providers=[things], config={"key": Secret("planted")})
    assert "planted" not in engine.up().check().text
    created = {call.name: call for call in things.of("Create", THING)}
    assert created["b"].inputs["key"] == Secret("planted")
    assert engine.outputs()["key"] == "planted"
    stored = [p for p in engine.backend.rglob("*") if p.is_file()]
    assert stored
    assert [p for p in stored if b"planted" in p.read_bytes()] == []


def test_a_preview_knows_what_is_unknown(pulumi_engine, things):
    pulumi_engine(ONE, providers=[things]).preview().check()
    previews = {
        call.name: call for call in things.calls if call.method == "Create" and call.preview
    }
    assert repr(previews["b"].inputs["peer"]) == "UNKNOWN"


def test_refusals_are_worded_by_the_provider(pulumi_engine, things):
    def refuse(_call):
        raise RefusedError("Changing CPU is not allowed: delete it first")

    engine = pulumi_engine(ONE, providers=[things])
    engine.up().check()
    things.provider.update = refuse
    engine.config_set("size", 2)
    failed = engine.up()
    assert not failed.ok
    assert "Changing CPU is not allowed: delete it first" in failed.text
    engine.config_set("size", 20)
    assert "size" in engine.up().errors[0]
    assert "must be at most 9" in engine.up().text


def test_adopts_what_exists(pulumi_engine, things):
    engine = pulumi_engine({"__main__.py": THINGS}, providers=[things])
    other = pulumi_engine(ONE, providers=[things])
    other.up().check()
    engine.import_(THING, "mine", "a").check()
    (adopted,) = engine.resources(THING)
    assert (adopted["id"], adopted["inputs"]["size"]) == ("a", 1)


@pytest.mark.parametrize(
    ("when", "exists", "known"),
    [("before", False, False), ("done", True, False), ("after", True, None)],
)
def test_killed_at_a_call_nothing_runs_on(pulumi_engine, things, when, exists, known):
    engine = pulumi_engine(ONE, providers=[things])
    killed = engine.up(kill=KillAt("Create", THING, name="a", when=when))
    assert killed.killed
    assert engine.left_running() == []
    assert ("a" in things.provider.resources) is exists
    if known is False:
        assert [p["type"] for p in engine.pending()] == ["creating"]
    refused = engine.up()
    assert "locked" in refused.text
    engine.cancel().check()
    things.provider.resources.clear()
    engine.refresh("--clear-pending-creates").check()
    engine.up().check()
    assert set(things.provider.resources) == {"a", "b"}


def test_killed_at_the_nth_call(pulumi_engine, things):
    engine = pulumi_engine(ONE, providers=[things])
    assert engine.up(kill=KillAt("Create", THING, nth=2, when="before")).killed
    assert set(things.provider.resources) == {"a"}
    assert things.watchers == []


def test_killed_after_a_while(pulumi_engine, things):
    slow = THINGS + "import time; time.sleep(60)"
    engine = pulumi_engine(slow, providers=[things])
    assert engine.up(kill=1.0).killed
    assert engine.left_running() == []


def test_dynamic_resources_die_with_the_engine(pulumi_engine):
    engine = pulumi_engine("""
import pathlib, time
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Slow(ResourceProvider):
    def create(self, inputs):
        pathlib.Path("begun").touch()
        time.sleep(60)
        return CreateResult("x", inputs)

class Thing(Resource):
    def __init__(self):
        super().__init__(Slow(), "slow", {})

Thing()
""")
    started = engine.start("up", "--skip-preview")
    begun = engine.cwd / "begun"
    deadline = time.monotonic() + 30
    while not begun.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert begun.exists()
    assert len(engine.left_running(within=0)) >= 4
    started.kill()
    assert started.wait().killed
    assert engine.left_running() == []


def test_killed_when_something_else_has_happened(pulumi_engine, things):
    engine = pulumi_engine(ONE, providers=[things])
    started = engine.start("up", "--skip-preview")
    started.until(THING, "create", done=True)
    started.until_true(lambda: "a" in things.provider.resources, "a thing")
    started.kill(alone=True)
    assert started.wait().killed
    assert engine.left_running() == []
    with pytest.raises(AssertionError, match="never came to a step on other:index:Thing"):
        started.until("other:index:Thing")


def test_an_update_in_the_background_locks_the_stack(pulumi_engine, things):
    engine = pulumi_engine(ONE, providers=[things])
    release = threading.Event()
    create = things.provider.create

    def wait(call):
        release.wait(60)
        return create(call)

    things.provider.create = wait
    first = engine.start("up", "--skip-preview")
    things.wait_for("Create", THING)
    second = engine.up()
    release.set()
    assert not second.ok
    assert "locked" in second.text
    assert first.wait().ok


def test_a_project_in_place_is_left_untouched(pulumi_engine, things, tmp_path):
    source = tmp_path / "source"
    (source / "settings").mkdir(parents=True)
    (source / "Pulumi.yaml").write_text(
        "name: mine\nstackConfigDir: settings\nruntime: python\nmain: code\n"
    )
    (source / "settings" / "Pulumi.test.yaml").write_text("config:\n  mine:size: 3\n")
    (source / "code").mkdir()
    (source / "code" / "__main__.py").write_text(ONE)
    (source / "code" / "helper.py").write_text("")
    before = {p: p.read_bytes() for p in source.rglob("*") if p.is_file() and p.suffix != ".pyc"}

    engine = pulumi_engine(source, providers=[things])
    engine.config_set("kind", "fancy")
    engine.up().check()
    created = {call.name: call for call in things.of("Create", THING)}
    assert created["a"].inputs["size"] == 3
    assert created["a"].inputs["kind"] == "fancy"
    after = {p: p.read_bytes() for p in source.rglob("*") if p.is_file() and p.suffix != ".pyc"}
    assert after == before


PLATFORM = "import pulumi; pulumi.export('key', pulumi.Output.secret('planted'))"
USER = """
import pulumi
platform = pulumi.StackReference("organization/project/platform")
pulumi.export("key", platform.require_output("key"))
"""


def test_stacks_beside_each_other_refer_to_each_other(pulumi_engine):
    platform = pulumi_engine(PLATFORM, stack_name="platform")
    user = pulumi_engine(USER, stack_name="user", beside=platform)
    platform.up().check()
    user.up().check()
    assert user.outputs() == {"key": "planted"}
    assert [one["type"] for one in platform.resources()] == ["pulumi:pulumi:Stack"]


def test_the_developers_own_pulumi_is_out_of_reach(pulumi_engine, monkeypatch):
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "mine")
    monkeypatch.setenv("ARM_CLIENT_SECRET", "mine")
    engine = pulumi_engine("import os, pulumi; pulumi.export('env', dict(os.environ))")
    engine.up().check()
    seen = engine.outputs()["env"]
    assert "PULUMI_ACCESS_TOKEN" not in seen
    assert "ARM_CLIENT_SECRET" not in seen
    assert seen["HOME"] == str(engine.cwd.parent)


def test_without_a_cli_the_test_fails_and_is_not_skipped(pytester, monkeypatch):
    monkeypatch.setenv("PULUMI_CLI", str(pytester.path / "nowhere"))
    pytester.makepyfile("def test_it(pulumi_engine): pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*PULUMI_CLI or pulumi_cli names*nowhere, where no pulumi is*"])


def test_what_outlives_the_cli_fails_the_test(pytester):
    pytester.makepyfile("""
        def test_it(pulumi_engine):
            pulumi_engine(
                "import subprocess, sys;"
                "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
                " start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)"
            ).up().check()
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*left running after the CLI had ended: *time.sleep*"])
