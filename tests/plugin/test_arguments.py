"""Arguments of another program, read as a component's Args."""

import pulumi
import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from components.aci_service import AciServiceArgs
from components.model_artifact import ModelArtifact
from components.model_image import ModelImageArgs
from components.workspace import WorkspaceArgs
from plugin.arguments import ComponentReader
from pytest_pulumi.wire import UNKNOWN, Secret
from slipway.provider.values import wire

URN = "urn:pulumi:test::project::test:index:Thing::thing"
ARTIFACT = {"name": "diabetes", "path": "/m.pkl", "sha256": "f", "version": 3, "modelId": "d:3"}


def secret(value):
    return wire(value).with_secret(True)


def given(**values):
    return {
        name: value if isinstance(value, PropertyValue) else wire(value)
        for name, value in values.items()
    }


def service(**changes):
    return given(
        serviceName="diabetes",
        location="westeurope",
        **{
            "resourceGroup": "rg",
            "image": "reg/i@sha256:" + "a" * 64,
            "imageId": "i:1",
            "registry": "reg",
            "pullIdentity": "/identity",
            **changes,
        },
    )


@pytest.fixture
def read(pulumi_mocks):
    """read(Args, values) -> fields as a component gets them, outputs resolved; or the problems."""

    def run(kind, values):
        reader = ComponentReader(values)

        def program():
            found = reader.fields(kind, values)
            return {} if reader.problems else found

        found = pulumi_mocks(program, preview=True).result
        return reader.problems or found

    return run


def test_names_become_pythons_and_numbers_whole(read):
    found = read(WorkspaceArgs, given(location="here", baseName="a", logRetentionDays=90))
    assert found == {"location": "here", "base_name": "a", "log_retention_days": 90}
    assert isinstance(found["log_retention_days"], int)


def test_what_a_user_named_stays_as_it_is(read):
    found = read(AciServiceArgs, service(environment={"my_variable": "a", "myVariable": "b"}))
    assert found["environment"] == {"my_variable": "a", "myVariable": "b"}


def test_secrets_and_unknowns_become_outputs(read):
    keys = {"primaryKey": secret("planted"), "secondaryKey": secret(pulumi.UNKNOWN)}
    found = read(AciServiceArgs, service(auth=True, registry=pulumi.UNKNOWN, **keys))
    assert found["primary_key"] == Secret("planted")
    assert found["registry"] is UNKNOWN
    assert found["secondary_key"] == Secret(UNKNOWN) or found["secondary_key"] is UNKNOWN


def test_a_secret_may_be_part_of_an_object_or_all_of_it(pulumi_mocks):
    def program(tls):
        def run():
            values = service(tls=tls)
            reader = ComponentReader(values)
            found = reader.fields(AciServiceArgs, values)["tls"]
            assert reader.problems == {}
            return {"certificate": found.certificate, "key": found.key}

        return pulumi_mocks(run).result

    part = program(
        wire({"certificate": "CERT"}).with_value(
            {"certificate": wire("CERT"), "key": secret("planted")}
        )
    )
    assert part == {"certificate": "CERT", "key": Secret("planted")}
    whole = program(secret({"certificate": "CERT", "key": "planted"}))
    assert whole == {"certificate": Secret("CERT"), "key": Secret("planted")}


def test_what_depends_on_a_resource_still_does(pulumi_mocks):
    def program():
        values = service(registry=wire("reg").with_dependencies([URN]))
        found = ComponentReader(values).fields(AciServiceArgs, values)["registry"]

        async def urns():
            return [await one.urn.future() for one in await found.resources()]

        return {"registry": found, "on": urns()}

    assert pulumi_mocks(program).result == {"registry": "reg", "on": [URN]}


def test_models_are_artifacts(pulumi_mocks):
    values = given(loginServer="reg", imageName="abc", models=[ARTIFACT])
    reader = ComponentReader(values)
    (model,) = reader.fields(ModelImageArgs, values)["models"]
    assert model == ModelArtifact(
        name="diabetes", path="/m.pkl", sha256="f", version=3, model_id="d:3"
    )
    unnumbered = {key: ARTIFACT[key] for key in ("name", "path", "sha256")}
    values = given(loginServer="reg", imageName="abc", models=[unnumbered])
    (model,) = ComponentReader(values).fields(ModelImageArgs, values)["models"]
    assert (model.version, model.model_id) == (None, None)


def test_an_artifact_that_is_not_known_in_part_is_not_known(read):
    values = given(
        loginServer="reg", imageName="abc", models=[{**ARTIFACT, "sha256": pulumi.UNKNOWN}]
    )
    assert read(ModelImageArgs, values)["models"] == [UNKNOWN]


def test_problems_have_the_path_that_the_user_wrote(read):
    wrong = {**ARTIFACT, "sha256": 3, "sha": "f"}
    values = given(
        loginServer=3, imageName=pulumi.UNKNOWN, models=[ARTIFACT, wrong], entryScript=True
    )
    assert read(ModelImageArgs, values) == {
        "loginServer": "loginServer must be a string, got 3.",
        "imageName": "imageName must be known before anything is deployed: give it as a value.",
        "models[1].sha": "models[1].sha is not an argument; the nearest is sha256.",
        "models[1].sha256": "models[1].sha256 must be a string, got 3.",
        "entryScript": "entryScript must be a path, got True.",
    }


def test_what_is_not_kept_as_a_secret_must_not_be_one(read):
    problems = read(AciServiceArgs, service(environment=secret({"a": "planted"})))
    assert problems == {"environment.a": "environment.a must not be secret: it is not kept as one."}


def test_options_of_a_service_are_read_whole():
    request = {"data": [[1, 2]]}
    values = service(
        cpuCores=2,
        dnsNameLabel="score-it",
        smokeTest={"request": request, "deadlineSeconds": 9},
    )
    found = ComponentReader(values).fields(AciServiceArgs, values)
    assert (found["smoke_test"].request, found["smoke_test"].deadline_seconds) == (request, 9)
    assert (found["cpu_cores"], found["dns_name_label"]) == (2.0, "score-it")


def test_secret_variables_stay_secret(read):
    variables = PropertyValue({"API_TOKEN": secret("planted"), "REGION": wire("here")})
    found = read(AciServiceArgs, service(secretEnvironment=variables))
    assert found["secret_environment"] == {"API_TOKEN": Secret("planted"), "REGION": "here"}
