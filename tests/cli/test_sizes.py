"""`slipway sizes` as a user types it."""

import json

SKUS = json.dumps(
    [
        {
            "name": "Standard_Z3",
            "resourceType": "virtualMachines",
            "capabilities": [{"name": "vCPUs", "value": "12"}],
        },
        {
            "name": "Standard_D4s_v9",
            "resourceType": "virtualMachines",
            "capabilities": [{"name": "vCPUs", "value": "4"}],
        },
    ]
)


def test_sizes_are_shown_with_their_vcpus(slipway):
    done = slipway("sizes", "show", "Standard_D3_v2", "Standard_NP10s", "--json")
    assert json.loads(done.stdout) == [
        {"size": "Standard_D3_v2", "vcpus": 4, "accelerated": False},
        {"size": "Standard_NP10s", "vcpus": 10, "accelerated": True},
    ]


def test_an_unknown_size_is_refused_with_the_way_to_know_it(slipway):
    done = slipway("sizes", "show", "Standard_Z3")
    assert done.exit_code == 1
    assert "az vm list-skus --resource-type virtualMachines --output json | slipway" in done.stderr


def test_the_table_is_refreshed_from_standard_input_and_from_a_file(slipway, tmp_path):
    file = tmp_path / "sizes.json"
    done = slipway("sizes", "refresh", "--output", file, "--source", "westeurope", input=SKUS)
    assert done.exit_code == 0, done.stderr
    assert "2 sizes read" in done.stdout
    assert "1 follow the naming rule, 1 are listed" in done.stdout
    newest = json.loads(file.read_text())[-1]
    assert (newest["source"], newest["vcpus"]) == ("westeurope", {"Standard_Z3": 12})
    (tmp_path / "skus.json").write_text(SKUS)
    again = slipway("sizes", "refresh", tmp_path / "skus.json", "--output", file)
    assert again.exit_code == 0, again.stderr
    assert [batch["vcpus"] for batch in json.loads(file.read_text())[1:]] == [{"Standard_Z3": 12}]


def test_what_is_no_list_of_sizes_changes_nothing(slipway, tmp_path):
    file = tmp_path / "sizes.json"
    done = slipway("sizes", "refresh", "--output", file, input="nothing")
    assert done.exit_code == 1
    assert "az vm list-skus" in done.stderr
    assert not file.exists()
    done = slipway("sizes", "refresh", tmp_path / "none.json", "--output", file)
    assert "cannot be read" in done.stderr
