"""How many vCPU a size has: a table of sizes that Azure has, and what is not known."""

import json
from pathlib import Path

import pytest

from slipway.rules.vm_size_data import NotSkus, refreshed
from slipway.rules.vm_sizes import VM_SIZE, batches, by_name, is_accelerated, vcpus

TABLE = [
    (size, int(count))
    for line in Path(__file__).with_name("vm_sizes.txt").read_text().splitlines()
    if not line.startswith("#")
    for count, *sizes in [line.split()]
    for size in sizes
]


def test_the_table_is_as_large_as_promised():
    assert len(dict(TABLE)) == len(TABLE) > 300


@pytest.mark.parametrize(("size", "count"), TABLE, ids=lambda value: str(value))
def test_vcpus(size, count):
    assert vcpus(size) == count
    assert vcpus(size.lower()) == count  # Azure does not mind either
    assert VM_SIZE.refusal(size) is None


@pytest.mark.parametrize(
    "size",
    [
        "Standard_D7_v2",  # of a family whose numbers are no vCPU, and not listed
        "Standard_G6",
        "Standard_A12",
        "Basic_A5",
        "Standard_Q4s_v9",  # no family that is known
        "Standard_D",
        "D3_v2",
        "large",
        "",
    ],
)
def test_what_is_not_known_is_not_guessed(size):
    assert vcpus(size) is None


def test_accelerated_sizes():
    accelerated = [size for size, _ in TABLE if is_accelerated(size)]
    assert {size.split("_")[1][:2] for size in accelerated} == {"NC", "ND", "NP", "NV", "PB"}


def test_a_batch_of_data_names_its_source_and_date():
    for batch in batches():
        assert batch.keys() == {"source", "date", "vcpus"}
        assert batch["source"]
        assert len(batch["date"]) == len("2026-11-29")


def sku(name, vcpus, available=None, kind="virtualMachines"):
    capabilities = [{"name": "vCPUs", "value": str(vcpus)}, {"name": "MemoryGB", "value": "8"}]
    if available is not None:
        capabilities.append({"name": "vCPUsAvailable", "value": str(available)})
    return {"name": name, "resourceType": kind, "capabilities": capabilities}


PRINTED = json.dumps(
    [
        sku("Standard_D4s_v9", 4),
        sku("Standard_E64-16s_v9", 64, 16),
        sku("Standard_F16-2ams_v7", 16, 4),
        sku("Standard_Z3", 12),
        sku("Standard_D3_v2", 5),
        {**sku("Premium_LRS", 0, kind="disks"), "capabilities": []},
    ]
)


def test_refreshed_data_hold_what_the_rule_gets_wrong():
    new = refreshed(batches(), PRINTED, source="westeurope", date="2027-01-01")
    assert new.read == 5
    assert new.irregular == {"Standard_D3_v2": 5, "Standard_F16-2ams_v7": 4, "Standard_Z3": 12}
    assert new.batches[-1] == {
        "source": "westeurope",
        "date": "2027-01-01",
        "vcpus": dict(new.irregular),
    }
    # What was known of others stays, with where it is from; what was read again is there once.
    assert "Standard_D3_v2" not in new.batches[0]["vcpus"]
    assert new.batches[0]["vcpus"]["Standard_D4_v2"] == 8
    assert new.batches[0]["source"] == batches()[0]["source"]


@pytest.mark.parametrize("printed", ["", "{}", "[]", '[{"name": "x"}]', "[1]", "no JSON"])
def test_what_az_did_not_print_is_refused(printed):
    with pytest.raises(NotSkus):
        refreshed(batches(), printed, source="s", date="2027-01-01")


def test_the_naming_rule_reads_what_is_left_on():
    assert by_name("Standard_E96-24ads_v5") == 24
    assert by_name("Standard_D3_v2") is None
