"""The TypeScript SDK of a schema: by our generator, or by the vendor's plugin where that is there."""

import json

import pytest

from tools import places, sdk

SCHEMA = {
    "name": "shop",
    "version": "0.1.0",
    "resources": {
        "shop:index:Till": {
            "isComponent": True,
            "inputProperties": {"floor": {"type": "integer", "plain": True}},
            "requiredInputs": ["floor"],
            "properties": {"total": {"type": "number"}},
        }
    },
}


@pytest.fixture
def schema(tmp_path):
    """Writes a schema, and gives its path."""

    def write(value):
        path = tmp_path / "schema.json"
        path.write_text(json.dumps(value))
        return path

    return write


@pytest.mark.engine
@pytest.mark.usefixtures("cli")
def test_a_class_for_each_resource(schema, tmp_path):
    folder = tmp_path / "sdk"
    (folder / "old").mkdir(parents=True)
    assert sdk.main([str(schema(SCHEMA)), str(folder)]) == 0
    text = (folder / "till.ts").read_text()
    assert "class Till extends pulumi.ComponentResource" in text
    assert "floor: number;" in text
    assert not (folder / "old").exists()


@pytest.mark.engine
@pytest.mark.usefixtures("cli")
def test_a_schema_that_is_not_fit_is_refused_with_the_place(schema, tmp_path, capsys):
    wrong = {"a": {"$ref": "#/types/shop:index:No"}}
    resources = {"shop:index:Till": {"inputProperties": wrong}}
    assert sdk.main([str(schema(SCHEMA | {"resources": resources})), str(tmp_path / "sdk")]) == 1
    shown = capsys.readouterr().err
    assert "shop:index:Till/inputProperties/a" in shown
    assert "Traceback" not in shown
    assert not (tmp_path / "sdk").exists()


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A toolchain of the user's own: scripts in a folder on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(sdk.toolchain, "find", lambda: folder)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def make(name, script=""):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return make


def test_the_vendors_plugin_where_it_is(schema, tmp_path, programs):
    # pulumi package gen-sdk --language nodejs --local --out SCRATCH SCHEMA
    programs(places.CLI, 'mkdir "$7/nodejs"; echo "$@" > "$7/nodejs/index.ts"')
    programs("pulumi-language-nodejs")
    assert sdk.main([str(schema(SCHEMA)), str(tmp_path / "sdk")]) == 0
    called = (tmp_path / "sdk" / "index.ts").read_text()
    assert called.startswith("package gen-sdk --language nodejs --local --out ")


def test_without_any_generator_it_says_what_is_missing(schema, tmp_path, programs, capsys):
    programs(places.CLI)
    assert sdk.main([str(schema(SCHEMA)), str(tmp_path / "sdk")]) == 1
    assert "has neither sdkgen nor pulumi-language-nodejs" in capsys.readouterr().err
