"""The rules in the types of a dataclass's fields, and the descriptions under them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import pulumi

from slipway.rules.documented import field_docs
from slipway.rules.fields import refusals
from slipway.rules.names import SERVICE_NAME
from slipway.rules.ranges import Range
from slipway.rules.variables import VARIABLES


@dataclass(frozen=True, kw_only=True)
class Inner:
    seconds: Annotated[int, Range(1, 60)] = 1
    """How long."""


@dataclass(frozen=True, kw_only=True)
class Outer:
    name: Annotated[str, SERVICE_NAME]
    """What it is called,
    everywhere."""
    label: Annotated[pulumi.Input[str], SERVICE_NAME] | None = None
    variables: Annotated[Mapping[str, str], VARIABLES] = field(default_factory=dict)
    inner: Inner = field(default_factory=Inner)


@dataclass(frozen=True, kw_only=True)
class Extended(Outer):
    cores: Annotated[float, Range(0.5, 2, 0.5, "small machines")] = 1
    """How many."""


def test_every_rule_is_asked_inherited_and_inner_ones_too():
    wrong = Extended(name="A", label="B", variables={"a b": "1"}, inner=Inner(seconds=0), cores=0.7)
    assert set(refusals(wrong)) == {"name", "label", "variables", "inner.seconds", "cores"}
    assert refusals(wrong)["cores"] == (
        "must be 0.5 to 2 in steps of 0.5 on small machines, got 0.7"
    )
    assert refusals(wrong)["inner.seconds"] == "must be 1 to 60, got 0"
    assert refusals(Extended(name="a")) == {}


def test_a_value_that_arrives_late_is_not_checked():
    assert refusals(Outer(name="a", label=pulumi.Output.from_input("late"))) == {}


def test_descriptions_are_the_docstrings_under_the_fields():
    assert field_docs(Extended) == {"name": "What it is called, everywhere.", "cores": "How many."}


def test_a_range_without_an_end():
    assert Range(1).refusal(0) == "must be 1 or more, got 0"
    assert Range(1).refusal(10**9) is None
    assert Range(1, 31, 0.01).refusal(float("nan")) == "must be 1 to 31 in steps of 0.01, got nan"
