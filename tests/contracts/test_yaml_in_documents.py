"""The YAML that documents show can be read, and where it is a stack's configuration, it is one.

Examples leave out what they are not about: what is missing is no fault, what is there must be right.
"""

import re
import textwrap
from pathlib import Path

import pytest
import yaml

from stacks.settings.given import Given
from stacks.settings.parse import parse
from stacks.settings.problems import SettingsError, below

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path
    for folder in (ROOT, *(ROOT / name for name in ("docs", "scoring", "rehearsal", "examples")))
    for path in folder.rglob("*.md")
    if folder != ROOT or path.parent == ROOT
    if "decisions" not in path.parts and "node_modules" not in path.parts
)
OWN = re.compile(r"that does not exist|must be a name in slipway:secrets")
KEY = re.compile(r"[\w-]+(:[\w-]+)?:( |$)")


def blocks(path):
    """The indented and the fenced blocks of a document."""
    text = path.read_text()
    yield from re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for paragraphs in re.findall(r"(?:\n\n|\A)((?: {4}[^\n]*\n|\n(?= {4}))+)", text):
        yield textwrap.dedent(paragraphs)


def is_yaml(block):
    """Whether it begins like a map in YAML."""
    first = next((line for line in block.splitlines() if line and line[0] != "#"), "")
    return KEY.match(first) is not None


def alternatives(block):
    """The block, or where it says a key several times, each of them by itself."""
    entries = re.split(r"^(?=[^\s#])", block, flags=re.MULTILINE)[1:]
    keys = [entry.split(": ")[0] for entry in entries]
    return entries if len(keys) > len(set(keys)) else [block]


EXAMPLES = [
    pytest.param(text, id=f"{path.relative_to(ROOT)} {number}")
    for path in DOCUMENTS
    for number, text in enumerate(
        text for block in blocks(path) if is_yaml(block) for text in alternatives(block)
    )
]


def paths_in(value, key=""):
    """Every key in a configuration, in full."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in entries:
        path = below(key, name) if key else name
        yield path
        if isinstance(inner, dict | list):
            yield from paths_in(inner, path)


def faults(values):
    """What is wrong with what is there. Files and secrets are a reader's own."""
    try:
        parse(Given(values=values))
    except SettingsError as error:
        there = set(paths_in(values))
        return {
            key: why for key, why in error.problems.items() if key in there and not OWN.search(why)
        }
    return {}


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_are_yaml_and_configurations_are_right(text):
    document = yaml.safe_load(text)
    assert isinstance(document, dict)
    values = document.get("config", document)
    if any(str(key).startswith("slipway:") for key in values):
        assert faults(values) == {}


def test_configurations_are_among_the_examples():
    assert sum("slipway:services:" in example.values[0] for example in EXAMPLES) >= 4


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("slipway:services.diabetes.cpuCorse", "cpuCorse: 1"),
        ("slipway:services.diabetes.cpuCores", "cpuCores: many"),
        ("slipway:services.diabetes.keys.firstSecret", "keys: {firstSecret: a}"),
    ],
)
def test_a_wrong_key_would_be_found(key, written):
    assert key in faults(yaml.safe_load(f"slipway:services: {{diabetes: {{{written}}}}}"))
