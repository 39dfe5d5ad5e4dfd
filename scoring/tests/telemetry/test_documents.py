"""What the document names is what the code has."""

import re
from pathlib import Path

import scoring.collection
from scoring.telemetry.instruments import Instruments
from scoring.telemetry.metrics import Metrics

DOCUMENT = Path(__file__).parents[3] / "docs" / "observing.md"


def test_metrics_of_the_document():
    rows = re.findall(
        r"^\| `(scoring_\w+)` \| (\w+) \| ([^|]*)\|$", DOCUMENT.read_text(), re.MULTILINE
    )
    told = {
        name: (
            kind,
            [label.strip() for label in labels.partition(":")[0].split(",") if label.strip()],
        )
        for name, kind, labels in rows
    }
    families = Metrics(Instruments(None)).instruments._families
    found = {name: (family.kind, list(family.label_names)) for name, family in families.items()}
    found["scoring_collection_records"] = ("counter", ["fate"])
    assert told == found


def test_variables_of_the_document():
    folder = Path(scoring.collection.__file__).parent
    read = {
        name
        for path in folder.rglob("*.py")
        for name in re.findall(r'"(SLIPWAY_COLLECT\w*)"', path.read_text())
    }
    told = set(re.findall(r"^\| `(SLIPWAY_COLLECT\w*)`", DOCUMENT.read_text(), re.MULTILINE))
    assert told == read
