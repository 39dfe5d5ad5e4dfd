"""What a configuration becomes: the program itself on mocks."""

from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from pytest_pulumi.wire import UNKNOWN, Secret, is_secret, plain
from slipway import outputs
from slipway.rules.certificates import as_served
from stacks.settings.problems import SettingsError
from tests.harness.configurations import REMOVED
from tests.harness.stack_runs import DIGEST, FINISHED, OLD, PLATFORM, REF, SERVICE, USED

GROUP = "azure-native:containerinstance:ContainerGroup"
RESOURCE_GROUP = "azure-native:resources:ResourceGroup"
REGISTRY = "azure-native:containerregistry:Registry"
BUILD = "docker-build:index:Image"


def image_of(run, name=None):
    (group,) = [each for each in run.all(GROUP) if name in (None, each.name)]
    (container,) = group.inputs["containers"]
    return container["image"]


def exported(run):
    return outputs.read(plain(run.exports), stack="test")


def test_from_a_model_file(deploy, types):
    run = deploy()
    assert image_of(run) == REF
    assert run.all(types.image_lookup) == []
    found = exported(run)
    assert found.models == {
        "diabetes": outputs.ModelOutput(id="diabetes:2", version=2, digest=DIGEST)
    }
    assert found.images == {
        "diabetes-image": outputs.ImageOutput(
            id="diabetes-image:7", version=7, ref=REF, models=("diabetes:2",)
        )
    }
    assert found.services == {
        "diabetes": outputs.AciServiceOutput(
            target="aci",
            name="diabetes",
            resource_group="slipway-test",
            image="diabetes-image:7",
            image_ref=REF,
            scoring_uri="http://diabetes-slipway-test.example.net:5001/score",
            swagger_uri="http://diabetes-slipway-test.example.net:5001/swagger.json",
            auth=False,
        )
    }
    assert found.workspace.name == found.workspace.resource_group == "slipway-test"


@pytest.mark.parametrize(
    ("changes", "can_send"),
    [
        ({}, False),
        ({f"{SERVICE}/appInsights": True}, True),
        # Also while the service runs an older version: the next build is what it was.
        ({f"{SERVICE}/appInsights": True, f"{SERVICE}/image": "diabetes-image:1"}, True),
        ({"slipway:images/diabetes-image/applicationInsights": True}, True),
    ],
)
def test_an_image_has_what_its_services_telemetry_needs(deploy, changes, can_send):
    context = Path(
        deploy({**USED, **changes}).one(BUILD, "diabetes-image-build").inputs["context"]["location"]
    )
    labelled = "io.slipway.application-insights=true" in (context / "Dockerfile").read_text()
    assert labelled == can_send


def test_exports_are_the_contract_and_no_more(deploy):
    assert set(deploy().exports) == {"outputsVersion", "workspace", "models", "images", "services"}
    assert set(deploy(FINISHED).exports) == {"outputsVersion", "workspace", "services"}


def test_a_platform_stack_makes_a_workspace_and_nothing_else(deploy):
    nothing = dict.fromkeys(("slipway:models", "slipway:images", "slipway:services"), REMOVED)
    run = deploy({**nothing, "slipway:workspace": {"name": "team", "applicationInsights": True}})
    assert set(run.exports) == {"outputsVersion", "workspace"}
    assert run.exports["workspace"]["name"] == "team-test"
    assert run.one("azure-native:applicationinsights:Component")
    assert run.all(GROUP) == []


def test_a_pinned_image_runs_although_a_new_one_is_built(deploy, types):
    run = deploy({f"{SERVICE}/image": "diabetes-image:1"})
    assert image_of(run) == OLD
    assert run.one(types.image_lookup).inputs["version"] == 1
    built = run.one("slipway:index:ModelImage")
    assert run.one(types.image_version).parent == built.urn
    assert exported(run).services["diabetes"].image == "diabetes-image:1"
    assert exported(run).images["diabetes-image"].id == "diabetes-image:7"


def test_a_pinned_image_may_be_the_one_being_built(deploy, types):
    run = deploy({f"{SERVICE}/image": "diabetes-image:1"})
    assert run.one(types.image_version).urn in run.one(types.image_lookup).options.depends_on


def test_another_image_does_not_wait_for_the_one_being_built(deploy, types):
    run = deploy({f"{SERVICE}/image": "other-image:1"})
    assert run.one(types.image_version).urn not in run.one(types.image_lookup).options.depends_on


def test_from_a_finished_image(deploy):
    run = deploy(FINISHED)
    assert image_of(run) == OLD
    assert run.all(BUILD) == []


def test_a_stack_that_turns_to_a_finished_image_keeps_its_service(deploy):
    built, finished = deploy(), deploy(FINISHED)
    assert built.one(GROUP).urn == finished.one(GROUP).urn
    one, other = exported(built).services["diabetes"], exported(finished).services["diabetes"]
    assert (one.name, one.scoring_uri) == (other.name, other.scoring_uri)


def test_the_newest_finished_image_only_where_the_stack_says_so(deploy, types):
    run = deploy({**FINISHED, f"{SERVICE}/image": "diabetes-image:latest"})
    assert run.one(types.image_lookup).inputs["version"] == 0


def test_from_registered_models(deploy, types):
    run = deploy(
        {
            "slipway:models": REMOVED,
            "slipway:images/diabetes-image/models": ["diabetes:2", "ridge:4"],
        }
    )
    assert run.all(types.model_version) == []
    assert image_of(run) == REF
    looked_up = {(r.inputs["modelName"], r.inputs["version"]) for r in run.all(types.model_lookup)}
    assert looked_up == {("diabetes", 2), ("ridge", 4)}
    assert "models" not in run.exports
    assert exported(run).images["diabetes-image"].models == ("diabetes:2", "ridge:4")


def test_a_registered_model_of_two_images_is_looked_up_once(deploy, types):
    run = deploy(
        {
            "slipway:images/diabetes-image/models": ["diabetes", "diabetes:1"],
            "slipway:images/second-image": {"models": ["diabetes:1"]},
        }
    )
    assert run.one(types.model_lookup).inputs["version"] == 1
    assert {image.name for image in run.all(types.image_version)} == {
        "diabetes-image",
        "second-image",
    }


def test_services_of_one_image(deploy, types):
    more = {
        f"slipway:services/{name}": {"target": "aci", "image": f"diabetes-image:{version}"}
        for name, version in {"again": "latest", "before": 1, "before-too": 1}.items()
    }
    run = deploy(more)
    assert run.one(types.image_lookup).inputs["version"] == 1
    assert [image_of(run, name) for name in ("diabetes", "again", "before", "before-too")] == [
        REF,
        REF,
        OLD,
        OLD,
    ]
    labels = [each.inputs["ipAddress"]["dnsNameLabel"] for each in run.all(GROUP)]
    assert len(set(labels)) == 4
    assert set(run.exports["services"]) == {"diabetes", "again", "before", "before-too"}


def test_a_service_may_be_called_otherwise_in_azure(deploy):
    run = deploy({f"{SERVICE}/name": "progression"})
    assert run.one(GROUP).inputs["containerGroupName"] == "progression"
    assert exported(run).services["diabetes"].name == "progression"


def test_a_public_name_begins_with_a_letter(deploy):
    run = deploy({f"{SERVICE}/name": "1abc"})
    assert run.one(GROUP).inputs["ipAddress"]["dnsNameLabel"] == "service-1abc-slipway-test"


def test_telemetry_goes_to_the_workspace_that_has_it(deploy):
    run = deploy({"slipway:workspace/applicationInsights": True, f"{SERVICE}/appInsights": True})
    run.assert_only_in_secrets("connection-1")
    assert b64encode(b"connection-1").decode() in str(plain(run.one(GROUP).inputs))


def test_no_key_is_exported(deploy):
    run = deploy({f"{SERVICE}/auth": True})
    assert exported(run).services["diabetes"].auth is True
    assert "made-1" not in str(run.exports)
    assert not any(is_secret(value) for value in run.exports.values())
    component = run.outputs[run.one("slipway:index:AciService").urn]
    assert is_secret(component["primary_key"])


def test_previews_a_stack_that_is_not_there_yet(deploy):
    run = deploy(preview=True)
    service = run.exports["services"]["diabetes"]
    assert service["scoringUri"] is UNKNOWN
    assert service["target"] == "aci"
    assert run.one(GROUP).inputs["tags"]["image"] is UNKNOWN


def test_everything_of_azures_lies_under_a_component(deploy):
    run = deploy(
        {
            "slipway:workspace/applicationInsights": True,
            f"{SERVICE}/auth": True,
            f"{SERVICE}/appInsights": True,
        }
    )
    stray = [
        resource.type
        for resource in run.resources
        if resource.parent.endswith("pulumi:pulumi:Stack::slipway-test")
        and not resource.type.startswith("slipway:")
    ]
    assert stray == []


class TestUsedWorkspace:
    """A workspace of another stack: only read."""

    @pytest.mark.parametrize(
        ("existing", "asked"),
        [
            (
                {"stack": "organization/slipway/platform"},
                {
                    "resourceGroup": "team-platform",
                    "name": "team-platform",
                    "subscriptionId": "other",
                },
            ),
            (
                {"id": "/subscriptions/other/resourceGroups/team-platform"},
                {
                    "resourceGroup": "team-platform",
                    "name": "team-platform",
                    "subscriptionId": "other",
                },
            ),
            (
                {"resourceGroup": "team", "name": "team-platform"},
                {"resourceGroup": "team", "name": "team-platform"},
            ),
        ],
        ids=["stack", "id", "names"],
    )
    def test_each_way_ends_in_one_question(self, deploy, existing, asked):
        run = deploy({"slipway:workspace/existing": existing})
        (call,) = [call for call in run.calls if call.token == "slipway:index:getWorkspace"]
        assert plain(call.args) == asked
        assert run.exports["workspace"]["loginServer"] == "shared.azurecr.io"

    def test_nothing_of_it_is_declared(self, deploy):
        run = deploy(USED)
        assert run.all("slipway:index:Workspace") == run.all(REGISTRY) == []
        assert not any(is_secret(value) for value in run.exports["workspace"].values())

    def test_services_are_in_a_group_of_the_stacks_own(self, deploy):
        run = deploy(USED)
        assert run.one(RESOURCE_GROUP).inputs["resourceGroupName"] == "project-test-services"
        assert run.one(RESOURCE_GROUP).inputs["location"] == "westeurope"
        assert run.one(GROUP).inputs["resourceGroupName"] == "project-test-services"
        assert exported(run).services["diabetes"].resource_group == "project-test-services"
        named = deploy({**USED, "slipway:resourceGroup": "mine"})
        assert named.one(RESOURCE_GROUP).inputs["resourceGroupName"] == "mine"

    def test_without_services_there_is_no_group(self, deploy):
        assert deploy({**USED, "slipway:services": REMOVED}).all(RESOURCE_GROUP) == []

    def test_services_pull_log_and_report_there(self, deploy):
        run = deploy({**USED, f"{SERVICE}/appInsights": True})
        group = run.one(GROUP).inputs
        assert group["imageRegistryCredentials"] == [
            {"server": "shared.azurecr.io", "identity": "/shared-identity"}
        ]
        assert group["diagnostics"]["logAnalytics"]["workspaceId"] == "customer-2"
        run.assert_only_in_secrets("shared-key-2")
        run.assert_only_in_secrets("connection-2")

    def test_services_of_two_stacks_have_two_public_names(self, deploy):
        label = deploy(USED).one(GROUP).inputs["ipAddress"]["dnsNameLabel"]
        assert label == "diabetes-team-platform-test"

    def test_telemetry_that_it_does_not_take_is_refused(self, deploy):
        with pytest.raises(SettingsError) as refusal:
            deploy({**USED, f"{SERVICE}/appInsights": True}, insights="")
        assert refusal.value.problems == {
            "slipway:services.diabetes.appInsights": "has no effect: the workspace has no Application "
            "Insights; set slipway:workspace.applicationInsights: true in the stack that creates it"
        }

    def test_an_image_that_cannot_send_telemetry_is_refused(self, deploy):
        with pytest.raises(SettingsError) as refusal:
            deploy({**FINISHED, **USED, f"{SERVICE}/appInsights": True}, telemetry=False)
        assert refusal.value.problems == {
            "slipway:services.diabetes.appInsights": "needs packages that diabetes-image:1 was built without: "
            "set slipway:images.diabetes-image.applicationInsights: true in the stack that builds it, and name "
            "the version that comes of that"
        }

    @pytest.mark.parametrize(
        ("exports", "said"),
        [
            (
                {"outputsVersion": 1.0, "models": {}},
                "must be a stack with a workspace, but organization/slipway/platform exports models, and "
                "no workspace",
            ),
            (
                {"bucket": "x"},
                "must be a stack with a workspace, but the stack organization/slipway/platform is not one "
                "of Slipway's: it exports bucket, and no outputsVersion with the maps workspace, models, images and "
                "services, which Slipway's own program exports",
            ),
            (
                {},
                "must be a stack with a workspace, but the stack organization/slipway/platform exports "
                "nothing yet: run `pulumi up --stack platform` first",
            ),
            (
                {**PLATFORM, "outputsVersion": 2.0},
                "must be a stack with a workspace, but the stack organization/slipway/platform exports "
                "version 2 of the outputs, and this Slipway reads 1: deploy both with the same release",
            ),
        ],
        ids=["no workspace", "another program", "not deployed", "another version"],
    )
    def test_a_stack_that_has_none_is_refused(self, deploy, exports, said):
        with pytest.raises(SettingsError) as refusal:
            deploy(USED, stacks={"organization/slipway/platform": exports})
        assert refusal.value.problems == {"slipway:workspace.existing.stack": said}


def test_a_planted_secret_is_nowhere_plain(deploy, project):
    import trustme

    own = trustme.CA().issue_cert("score.example.com")
    own.cert_chain_pems[0].write_to_path(str(project / "certificate.pem"))
    key = as_served(own.private_key_pem.bytes().decode()).encode()
    secrets = {
        "first": "planted-primary",
        "second": "planted-secondary",
        "token": "planted-token",
        "key": key.decode(),
    }
    run = deploy(
        {
            f"{SERVICE}/auth": True,
            f"{SERVICE}/keys": {"primarySecret": "first", "secondarySecret": "second"},
            f"{SERVICE}/tls": {"certificateFile": "certificate.pem", "keySecret": "key"},
            f"{SERVICE}/secretEnvironment": {"API_TOKEN": "token"},
            "slipway:secrets": Secret(secrets),
        }
    )
    for value in ("planted-primary", "planted-secondary", "planted-token", b64encode(key).decode()):
        run.assert_only_in_secrets(value)
    volumes = {each["name"]: plain(each["secret"]) for each in run.one(GROUP).inputs["volumes"]}
    files = volumes["secret-variables"]
    assert b64decode(files["API_TOKEN"]) == b"planted-token"
    assert b64decode(files["SLIPWAY_PRIMARY_KEY"]) == b"planted-primary"


def test_only_an_image_that_the_stack_builds_is_started_before(deploy):
    """By number it needs no builder; the stack that built it has started it."""

    def checks(**changes):
        found = deploy({f"{SERVICE}/{name}": value for name, value in changes.items()}).all(BUILD)
        return [each.name for each in found if each.name.endswith("-check")]

    assert checks() == ["diabetes-check"]
    assert checks(startCheck=False) == checks(image="diabetes-image:1") == []


@pytest.mark.parametrize(
    ("smoke_test", "body"),
    [
        ({"request": {"b": 1, "a": [1.5]}}, '{"b": 1, "a": [1.5]}'),
        ({"request": '{"b": 1,   "a": 2}'}, '{"b": 1,   "a": 2}'),
        ({"request": "just a text"}, '"just a text"'),
        ({"requestFile": "request.json"}, '{"z": 1, "a": 2}\n'),
    ],
)
def test_what_the_smoke_test_posts(deploy, project, smoke_test, body):
    (project / "request.json").write_text('{"z": 1, "a": 2}\n')
    run = deploy({f"{SERVICE}/smokeTest": {**smoke_test, "expected": [1.5], "tolerance": 0.01}})
    asked = run.one("slipway:index:SmokeTest").inputs
    assert (asked["body"], asked["expected"], asked["tolerance"]) == (body, "[1.5]", 0.01)
