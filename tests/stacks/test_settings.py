import pytest
from stacks.image_choice import Choice
from stacks.problems import SettingsError
from stacks.regions import REGIONS

from stacks.settings import parse

GOOD = {"location": "westeurope", "image": "diabetes-image:1"}
SCRIPT = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"


def problems(values, **more):
    with pytest.raises(SettingsError) as refusal:
        parse(values, **more)
    return refusal.value.problems


def refusal(key, **values):
    found = problems(GOOD | values)
    assert set(found) == {key}
    return found[key]


def test_little_is_needed():
    settings = parse(GOOD)
    assert settings.service.cpu_cores == 1
    assert settings.service.memory_gb == 1
    assert settings.service.auth is False
    assert settings.model is None


def test_numbers_may_come_as_text():
    service = {"cpuCores": "2", "memoryGb": "3.5", "auth": "true", "environment": {"WORKERS": 2}}
    settings = parse(GOOD | {"service": service}).service
    assert (settings.cpu_cores, settings.memory_gb, settings.auth) == (2.0, 3.5, True)
    assert settings.environment == {"WORKERS": "2"}


def test_all_problems_come_at_once_each_with_its_key(tmp_path):
    found = problems(
        {
            "location": "west-europe",
            "image": "diabetes-image",
            "model": {"name": "a b", "path": str(tmp_path / "none.pkl"), "versio": 3},
            "service": {"cpuCores": 0, "memoryGb": "lots", "smoketest": {}},
        },
        unknown={"slipway:modle"},
    )
    assert set(found) == {
        "azure-native:location",
        "slipway:image",
        "slipway:model.name",
        "slipway:model.path",
        "slipway:model.versio",
        "slipway:modle",
        "slipway:service.cpuCores",
        "slipway:service.memoryGb",
        "slipway:service.smoketest",
    }


def test_the_message_is_one_line_a_problem():
    with pytest.raises(SettingsError) as failure:
        parse(GOOD | {"service": {"cpuCores": 0, "auth": "maybe"}})
    assert str(failure.value) == (
        "the stack's configuration has 2 problems:\n"
        "  slipway:service.auth must be true or false, got 'maybe'\n"
        "  slipway:service.cpuCores must be 1 to 31 in steps of 0.01 on Azure Container Instances, "
        "got 0"
    )


def test_a_missing_key_says_what_it_is_for():
    found = problems({})
    assert found["azure-native:location"].startswith("is missing: Azure region")
    assert found["slipway:image"].startswith("is missing: The image that the service runs")


def test_a_region_that_is_none_has_near_ones():
    assert problems(GOOD | {"location": "westeurop"}) == {
        "azure-native:location": "must be a region of Azure, got 'westeurop' "
        "(near it: westeurope, westus, westus3)"
    }


def test_a_region_may_be_written_as_the_portal_does():
    assert parse(GOOD | {"location": "West Europe"}).location == "westeurope"
    assert len(REGIONS) > 60


def test_an_unknown_key_names_the_one_that_was_meant():
    assert refusal("slipway:service.cpuCore", service={"cpuCore": 1}) == (
        "is not a setting; did you mean cpuCores?"
    )
    assert problems(GOOD, unknown={"slipway:modell"}) == {
        "slipway:modell": "is not a setting; did you mean slipway:model?"
    }


def test_an_unknown_key_like_none_lists_all():
    said = refusal("slipway:workspace.zzz", workspace={"zzz": 1})
    assert said.startswith("is not a setting; known here: logRetentionDays, name, ")


@pytest.mark.parametrize(
    ("service", "key", "said"),
    [
        ({"memoryGb": 500}, "memoryGb", "must be 1 to 240 in steps of 0.1"),
        ({"cpuCores": "nan"}, "cpuCores", "must be 1 to 31"),
        ({"name": "A"}, "name", "must be 3-32 lower-case letters"),
        ({"dnsNameLabel": "a_b_c"}, "dnsNameLabel", "must be 5-63 lower-case letters"),
        ({"subnetId": "mine"}, "subnetId", "must be the ARM id of a subnet, got 'mine'"),
        ({"primaryKeyGeneration": 0}, "primaryKeyGeneration", "greater than or equal to 1, got 0"),
        ({"environment": ["A"]}, "environment", "must be an object of names and texts, got ['A']"),
        ({"smokeTest": {"deadlineSeconds": 1.5}}, "smokeTest.deadlineSeconds", "a whole number"),
    ],
)
def test_the_service_is_checked(service, key, said):
    assert said in refusal(f"slipway:service.{key}", service=service)


def test_an_object_must_be_one():
    assert refusal("slipway:service", service="yes") == "must be an object, got 'yes'"


def test_a_private_address_has_no_public_name():
    subnet = (
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"
    )
    assert parse(GOOD | {"service": {"subnetId": subnet}}).service.subnet_id == subnet
    service = {"subnetId": subnet, "dnsNameLabel": "diabetes"}
    assert "must not have dnsNameLabel beside subnetId" in refusal(
        "slipway:service", service=service
    )


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("latest", Choice(None, None)),
        ("diabetes-image:7", Choice("diabetes-image", 7)),
        ("diabetes-image:latest", Choice("diabetes-image", None)),
    ],
)
def test_what_an_image_may_be(text, choice, tmp_path):
    (tmp_path / "m.pkl").write_bytes(b"m")
    model = {"name": "m", "path": str(tmp_path / "m.pkl")}
    assert parse(GOOD | {"image": text, "model": model}).image == choice


@pytest.mark.parametrize(
    "text", ["", "7", "A:1", "a-image:0", "a-image:01", "a-image@sha256:00", 7]
)
def test_what_an_image_may_not_be(text):
    assert "must be latest, name:number or name:latest" in refusal("slipway:image", image=text)


def test_latest_needs_something_to_build():
    assert refusal("slipway:image", image="latest") == (
        "must be name:number where no slipway:model is given, got 'latest'"
    )


class TestModel:
    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "model.pkl"
        path.write_bytes(b"m")
        return str(path)

    def test_a_file_or_a_number(self, path):
        assert parse(GOOD | {"model": {"name": "m", "path": path}}).model.version is None
        assert parse(GOOD | {"model": {"name": "m", "version": "3"}}).model.version == 3

    @pytest.mark.parametrize("number", [None, 1])
    def test_not_both_and_not_neither(self, path, number):
        model = {"name": "m"} if number is None else {"name": "m", "path": path, "version": 1}
        received = "neither" if number is None else "both"
        assert refusal("slipway:model", model=model) == (
            "must have either path (a file to register) or version (a registered model), "
            f"got {received}"
        )

    def test_a_registered_model_is_described_already(self):
        model = {"name": "m", "version": 1, "tags": {"a": "b"}, "description": "d"}
        assert "must not have description, tags beside version" in refusal(
            "slipway:model", model=model
        )

    def test_an_empty_file_is_no_model(self, tmp_path):
        (tmp_path / "empty.pkl").touch()
        model = {"name": "m", "path": str(tmp_path / "empty.pkl")}
        assert "must not be empty" in refusal("slipway:model.path", model=model)

    def test_names_are_azures(self, path):
        assert parse(GOOD | {"model": {"name": "My_model.v1-2", "path": path}})
        assert "must be 1-255 letters" in refusal(
            "slipway:model.name", model={"name": "-m", "path": path}
        )


class TestScoring:
    def test_a_script_needs_init_and_run(self, tmp_path):
        script = tmp_path / "score.py"
        script.write_text("def init():\n    pass\n")
        said = refusal("slipway:scoring.entryScript", scoring={"entryScript": str(script)})
        assert "the function run() is missing" in said
        script.write_text(SCRIPT)
        assert parse(GOOD | {"scoring": {"entryScript": str(script)}})

    def test_a_conda_file_must_be_yaml(self, tmp_path):
        conda = tmp_path / "myenv.yml"
        conda.write_text("dependencies: [\n")
        said = refusal("slipway:scoring.condaFile", scoring={"condaFile": str(conda)})
        assert said.startswith("must be a conda environment, got ")

    def test_a_source_directory_must_be_there(self, tmp_path):
        scoring = {"sourceDirectory": str(tmp_path / "none")}
        assert "must be an existing folder" in refusal(
            "slipway:scoring.sourceDirectory", scoring=scoring
        )


def test_a_certificate_must_be_pem(tmp_path):
    path = tmp_path / "certificate.pem"
    path.write_text("not PEM")
    said = refusal(
        "slipway:service.tls.certificateFile", service={"tls": {"certificateFile": str(path)}}
    )
    assert "must be a file of PEM certificates" in said


def test_a_secret_value_is_never_shown():
    found = problems(GOOD | {"service": {"cpuCores": "planted"}}, hidden={"slipway:service"})
    assert found == {"slipway:service.cpuCores": "must be a number (its value is secret)"}


def test_other_models_are_named_by_number_and_once():
    assert "name:number" in refusal("slipway:scoring.otherModels.0", scoring={"otherModels": ["a"]})
    twice = refusal("slipway:scoring.otherModels", scoring={"otherModels": ["a:1", "b:1", "a:1"]})
    assert twice == "must name each once, got a:1 twice"
