"""A service's options exist once: type, rule, default and description are those of the component's dataclass."""

import ast
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path

import pytest

from components.cluster.options import ClusterOptions
from components.model_image import ModelImageArgs
from components.registered_model import RegisteredModelArgs
from components.service_options import ServiceOptions
from components.workspace import WorkspaceArgs
from slipway.rules.documented import field_docs
from stacks.settings.cluster import ClusterSettings
from stacks.settings.images import ImageSettings
from stacks.settings.models import ModelSettings
from stacks.settings.targets import TARGETS
from stacks.settings.workspace import WorkspaceSettings

ROOT = Path(__file__).parents[2]
MADE = {
    **{name: (target.settings.options, target.settings) for name, target in TARGETS.items()},
    "workspace": (WorkspaceArgs, WorkspaceSettings),
    "cluster": (ClusterOptions, ClusterSettings),
    "model": (RegisteredModelArgs, ModelSettings),
    "image": (ModelImageArgs, ImageSettings),
}
WIRED = {
    "workspace": {"location", "base_name"},
    "model": {"login_server", "model_name", "version"},
    "image": {"login_server", "image_name"},
}
"""What a stack gives to the component itself."""


def derived(name):
    """The dataclass's fields that are settings, each with the setting."""
    arguments, settings = MADE[name]
    # What a section declares itself it says otherwise, such as where a file must be there.
    own = {name for each in settings.__mro__[1:] for name in vars(each).get("__annotations__", ())}
    return [
        (field, settings.model_fields[field.name])
        for field in fields(arguments)
        if field.name in settings.model_fields and field.name not in own
    ]


@pytest.mark.parametrize("name", MADE)
def test_every_option_is_a_setting(name):
    arguments, settings = MADE[name]
    wired = {field.name for field in fields(arguments)} - settings.model_fields.keys()
    assert wired == WIRED.get(name, set())
    assert settings.made_of is arguments


@pytest.mark.parametrize("name", MADE)
def test_defaults_and_descriptions_are_the_dataclass(name):
    docs = field_docs(MADE[name][0])
    assert len(derived(name)) > 2
    for field, setting in derived(name):
        assert setting.description == docs[field.name]
        if field.default_factory is not MISSING:
            assert setting.default_factory is field.default_factory
        elif is_dataclass(field.default):
            assert type(field.default)(**setting.default_factory().arguments()) == field.default
        else:
            assert setting.default is field.default


@pytest.mark.parametrize("name", TARGETS)
def test_settings_that_say_nothing_are_the_component_as_it_comes(name):
    settings = MADE[name][1].model_construct(target=name)
    assert settings.options(**settings.arguments()) == settings.options()


def test_no_option_is_written_a_second_time():
    """Neither among the settings nor among a component's other arguments: where a target has its own of a name, as
    another default, in its own list alone."""
    options = {f.name for target in TARGETS.values() for f in fields(target.settings.options)}
    written = [
        (path.relative_to(ROOT).as_posix(), statement.target.id)
        for room in ("components", "stacks")
        for path in sorted((ROOT / room).rglob("*.py"))
        # A cluster's own: the subnet of its machines is not a service's.
        if not path.is_relative_to(ROOT / "components" / "cluster")
        for statement in ast.walk(ast.parse(path.read_text()))
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        if statement.value is not None and statement.target.id in options - SHARED
    ]
    assert {name for _, name in written} == options - SHARED
    assert len(set(written)) == len(written), written
    assert [path for path, _ in written if not path.endswith("options.py")] == []


SHARED = {"description", "tags"}
"""What models and workspaces have as well."""


def test_every_target_extends_the_options_of_every_service():
    assert all(issubclass(target.settings.options, ServiceOptions) for target in TARGETS.values())
