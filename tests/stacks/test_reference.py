"""What the pages say of configuration keys is what the settings have."""

import re
from pathlib import Path

import pytest

from stacks import reference
from stacks.settings.aci import AciSettings
from stacks.settings.keys import ALL


def test_the_page_is_current():
    """After a change of the settings: `python -m stacks.reference`."""
    assert reference.PATH.read_text() == reference.text()


def test_every_key_is_on_it():
    assert all(key in reference.text() for key in ALL)


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("cpuCores", "1 to 31 in steps of 0.01"),
        ("memoryGb", "1 to 240 in steps of 0.1"),
        ("tolerance", "0 or more"),
        ("startupSeconds", "1 to 3600"),
        ("logRetentionDays", "30 to 730"),
        ("registrySku", "`Basic`, `Standard`, `Premium`"),
        ("auth", "`true`, `false`"),
    ],
)
def test_what_a_setting_allows_stands_beside_it(key, allowed):
    (row,) = [line for line in reference.text().splitlines() if line.startswith(f"| `{key}` |")]
    assert row.split(" | ")[2] == allowed


ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_keys_that_pages_name_exist(page):
    # Type tokens are of the same namespace: slipway:index:AciService.
    named = set(re.findall(r"slipway:(?!index)[a-z]\w*", page.read_text()))
    assert named <= {*ALL, "slipway:index"}, named - set(ALL)


def test_every_setting_that_commands_change_exists():
    """`pulumi config set --path slipway:services.diabetes.cpuCores 2`"""
    paths = {
        path for page in PAGES for path in re.findall(r"--path (slipway:[\w.-]+)", page.read_text())
    }
    services = {path.split(".")[2] for path in paths if path.startswith("slipway:services.")}
    assert services
    assert services <= {field.alias for field in AciSettings.model_fields.values()}
