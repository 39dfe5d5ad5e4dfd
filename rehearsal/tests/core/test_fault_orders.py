"""`fail` refuses what can never happen, in sentences, and takes every name that it has always taken."""

import pytest

from rehearsal.cli import fault_orders
from rehearsal.core import faults
from rehearsal.core.errors import RehearsalError


@pytest.mark.parametrize(
    ("kind", "operation", "code", "after"),
    [
        ("ContainerGroup", "create", "429", True),
        ("containerGroups", "Restart", "Conflict", False),
        ("ContainerGroup", "logs", "503", False),
        ("Microsoft.ContainerRegistry/registries", "listCredentials", "500", False),
        ("Registry", "read", "503", False),
        ("Docker.Build/images", "create", "404", False),
    ],
)
def test_what_there_is_is_taken(kind, operation, code, after):
    fault_orders.check(kind, operation, code, after=after)


@pytest.mark.parametrize("code", ["999", "200", "0500", "abc", "", "٤٢٩", "9" * 5000])
def test_a_code_that_no_error_has_is_a_sentence(code):
    with pytest.raises(RehearsalError, match=r"HTTP status of an error .*TooManyRequests") as told:
        fault_orders.check("ContainerGroup", "create", code, after=False)
    assert str(told.value).count("\n") == 0


def test_all_that_is_not_there_is_told_at_once():
    with pytest.raises(RehearsalError) as told:
        fault_orders.check("Nope", "frob", "abc", after=False)
    kind, code = str(told.value).splitlines()
    assert kind.startswith("There is no resource type 'Nope': name one of ResourceGroup, ")
    assert kind.endswith("ContainerGroup, Image.")
    assert code.startswith("There is no code 'abc' for a fault: ")


@pytest.mark.parametrize(
    ("kind", "operation", "after", "words"),
    [
        (
            "ContainerGroup",
            "frob",
            False,
            "create, update, delete, read, restart, start, stop, logs",
        ),
        (
            "ContainerGroup",
            "restart",
            True,
            "done first (--after): name one of create, update, delete.",
        ),
        ("Image", "create", True, "leave --after out"),
    ],
)
def test_an_operation_that_is_not_there_is_a_sentence(kind, operation, after, words):
    with pytest.raises(RehearsalError) as told:
        fault_orders.check(kind, operation, "500", after=after)
    assert words in str(told.value)


@pytest.mark.parametrize(("code", "status"), [("InaccessibleImage", 400), ("Conflict", 409)])
def test_a_code_may_be_one_of_azures_names(code, status):
    fault_orders.check("ContainerGroup", "create", code, after=False)
    assert faults.status_of(code) == status
