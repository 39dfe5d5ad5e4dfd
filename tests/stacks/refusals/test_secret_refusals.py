"""Secrets in plain text, or where none may be, are refused and never shown."""

import json

import pytest

from pytest_pulumi.wire import Secret
from stacks.settings.problems import SettingsError
from tests.harness.configurations import REMOVED, changed
from tests.harness.deployment import ROOT
from tests.stacks.refusals.words import IMAGE, SERVICE


def test_a_plain_secret_beside_encrypted_ones_is_refused(program, project, stack_file):
    stack_file(
        {"slipway:secrets": {"apiToken": {"secure": "v1:abc"}, "other": "planted", "pin": 1234}}
    )
    changes = {
        "slipway:secrets": Secret({"apiToken": "token", "other": "planted", "pin": 1234}),
        f"{SERVICE}/secretEnvironment": {"A": "apiToken", "B": "other", "C": "pin"},
    }
    with pytest.raises(SettingsError) as refusal:
        program(changed(changes))
    set_it = (
        "must not be in plain text; set it again by `pulumi config set --stack test --secret --path "
        "slipway:secrets"
    )
    assert refusal.value.problems == {
        "slipway:secrets.other": f"{set_it}.other`",
        "slipway:secrets.pin": f"{set_it}.pin`",
    }


def test_secrets_of_another_file_than_the_stacks_own_are_not_mistaken(program, project, stack_file):
    stack_file({"slipway:secrets": {"apiToken": "of the other file"}})
    changes = {
        "slipway:secrets": Secret({"apiToken": "encrypted there"}),
        f"{SERVICE}/secretEnvironment": {"A": "apiTokn"},
    }
    with pytest.raises(SettingsError) as refusal:
        program(changed(changes))
    assert "plain text" not in str(refusal.value)


PLANTED = {
    "azure-native:location": "planted",
    "slipway:resourceGroup": "planted.",
    "slipway:workspace": {"name": "Planted", "existing": {"id": "planted", "stack": "planted"}},
    "slipway:workspace/registrySku": "planted",
    "slipway:workspace/logRetentionDays": "planted",
    "slipway:workspace/existing": {"stack": "organization/project/test", "bogus": "planted"},
    "slipway:models/diabetes/path": "planted.bin",
    "slipway:models/diabetes/framework": ["planted"],
    f"{IMAGE}/models": ["planted", "planted:x"],
    f"{IMAGE}/entryScript": "planted.py",
    f"{IMAGE}/baseImage": "a planted image",
    f"{IMAGE}/pythonVersion": "planted",
    f"{SERVICE}": "planted",
    f"{SERVICE}/target": "planted",
    f"{SERVICE}/image": "planted",
    f"{SERVICE}/name": "planted--",
    f"{SERVICE}/cpuCores": "planted",
    f"{SERVICE}/auth": "planted",
    f"{SERVICE}/dnsNameLabel": "planted!",
    f"{SERVICE}/smokeTest": "planted",
    f"{SERVICE}/environment": {"A": ["planted"]},
    f"{SERVICE}/secretEnvironment": {"A": "planted"},
    f"{SERVICE}/tls": {
        "certificateFile": "planted.pem",
        "keySecret": "planted",
        "cname": "planted",
    },
    f"{SERVICE}/appInsights": "planted",
}


@pytest.mark.parametrize("path", PLANTED)
def test_a_secret_anywhere_else_is_never_shown(path, program, project, registered):
    (project / "planted.bin").write_bytes(b"of no known kind")
    config = changed(
        {path: PLANTED[path], **({f"{IMAGE}/entryScript": REMOVED} if "path" in path else {})}
    )
    key = path.partition("/")[0]
    with pytest.raises(SettingsError) as refusal:
        program({**config, key: Secret(config[key])})
    assert "planted" not in str(refusal.value).lower()
    assert "must hold no secret" in refusal.value.problems[key]
    assert registered == []


def test_secrets_elsewhere_are_named_by_the_keys_that_hold_them(
    program, project, registered, stack_file
):
    stack_file(
        """
config:
  slipway:services:
    diabetes:
      target: aci
      image: diabetes-image:1
      environment: {API_TOKEN: {secure: v1:x}, "a.b": {secure: v1:y}, MODE: fast}
      smokeTest: {request: {data: [1, {secure: v1:z}]}}
"""
    )
    services = {
        "diabetes": {
            "target": "aci",
            "image": "diabetes-image:1",
            "environment": {"API_TOKEN": "planted", "a.b": "planted", "MODE": "fast"},
            "smokeTest": {"request": {"data": [1, "planted"]}},
        }
    }
    with pytest.raises(SettingsError) as refusal:
        program(changed({"slipway:services": Secret(services)}))
    key = "slipway:services.diabetes"
    assert {each for each, why in refusal.value.problems.items() if "no secret" in why} == {
        f"{key}.environment.API_TOKEN",
        f'{key}.environment["a.b"]',
        f"{key}.smokeTest.request.data[1]",
    }
    told = refusal.value.problems[f'{key}.environment["a.b"]']
    assert f"`pulumi config rm --stack test --path '{key}.environment[\"a.b\"]'`" in told
    assert "planted" not in str(refusal.value)
    assert registered == []


SCHEMA = json.loads((ROOT / "stacks" / "schema.json").read_text())
NAMES = {
    "slipway:models": "diabetes",
    "slipway:images": "diabetes-image",
    "slipway:services": "diabetes",
}


def settings_in(node, path):
    """(path, value that holds something secret) of every setting below a node of the schema."""
    for one in node.get("anyOf", node.get("oneOf", [node])):
        found = SCHEMA["$defs"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        inside = {**found.get("properties", {}), **named_by_users(found, path)}
        for name, inner in inside.items():
            yield from settings_in(inner, [*path, name])
        if found.get("type") == "array":
            yield "/".join(path), ["planted"]
        elif found.get("type") not in {"object", "null"}:
            yield "/".join(path), "planted"


def named_by_users(found, path):
    """What is below names of the user's choice, under one of them."""
    name = NAMES.get(path[0], "A") if len(path) == 1 else "A"
    below = [*found.get("patternProperties", {}).values(), found.get("additionalProperties")]
    return dict.fromkeys([name], below[0]) if isinstance(below[0], dict) else {}


def every_setting():
    sections = SCHEMA["properties"]["config"]["properties"]
    return {
        path: value
        for section, node in sections.items()
        if section != "slipway:secrets"
        for path, value in settings_in(node, [section])
    }


def sealed(value):
    """As the stack's file has it."""
    if isinstance(value, dict):
        return {name: sealed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [sealed(inner) for inner in value]
    return {"secure": "v1:x"} if value == "planted" else value


def test_every_setting_is_looked_through():
    found = every_setting()
    assert len(found) > 50
    assert found.keys() >= {
        "azure-native:location",
        "slipway:workspace/existing/stack",
        "slipway:models/diabetes/tags/A",
        "slipway:images/diabetes-image/models",
        "slipway:services/diabetes/environment/A",
        "slipway:services/diabetes/smokeTest/request",
        "slipway:services/diabetes/tls/cname",
    }


@pytest.mark.parametrize("path", every_setting())
def test_a_secret_in_any_setting_is_refused_with_the_commands_that_move_it(
    path, program, project, registered, stack_file
):
    config = changed({path: every_setting()[path]})
    stack_file(sealed(config))
    section = path.partition("/")[0]
    with pytest.raises(SettingsError) as refusal:
        program({**config, section: Secret(config[section])})
    key = path.replace("/", ".") + ("[0]" if isinstance(every_setting()[path], list) else "")
    told = refusal.value.problems[key]
    quoted = f"'{key}'" if "[" in key else key
    assert f"remove it by `pulumi config rm --path {quoted}`" in told
    assert "set it by `pulumi config set --secret --path slipway:secrets.<name>`" in told
    assert "planted" not in str(refusal.value)
    assert registered == []
