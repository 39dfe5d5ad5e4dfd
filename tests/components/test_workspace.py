import pulumi
import pytest

from components.errors import InvalidArgs
from components.workspace import TYPE, Workspace, WorkspaceArgs
from pytest_pulumi.wire import is_secret, plain
from slipway.rules.workspace_names import WorkspaceNames

GROUP = "azure-native:resources:ResourceGroup"
REGISTRY = "azure-native:containerregistry:Registry"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
ROLE = "azure-native:authorization:RoleAssignment"
LOGS = "azure-native:operationalinsights:Workspace"
INSIGHTS = "azure-native:applicationinsights:Component"
GUARD = "slipway:index:WorkspaceGuard"


@pytest.fixture
def workspace(azure_mocks):
    def make(opts=None, *, preview=False, **changes):
        def program():
            args = WorkspaceArgs(
                **{"location": "westeurope", "base_name": "slipway-dev", **changes}
            )
            made = Workspace("workspace", args, opts() if opts else None)
            Probe("probe", {"identity": made.pull_identity_id})
            return {
                "identity": made.pull_identity_id,
                "key": made.log_workspace_key,
                "insights": made.insights_connection_string,
                "server": made.login_server,
            }

        return azure_mocks(program, preview=preview)

    return make


def reached(run, urn):
    """URNs of all that a resource depends on, directly or not: what is created before and deleted after it."""
    direct = {one.urn: one.options.depends_on for one in run.resources}
    found, ahead = set(), [urn]
    while ahead:
        new = set(direct[ahead.pop()]) - found
        found |= new
        ahead += new
    return found


def test_the_registry_has_no_admin_user(workspace):
    registry = workspace().one(REGISTRY).inputs
    assert registry["adminUserEnabled"] is False
    assert registry["sku"] == {"name": "Basic"}


def test_names_are_the_same_every_time(workspace):
    first, second = workspace(), workspace()
    for type_, key in [
        (GROUP, "resourceGroupName"),
        (REGISTRY, "registryName"),
        (IDENTITY, "resourceName"),
        (ROLE, "roleAssignmentName"),
        (LOGS, "workspaceName"),
    ]:
        assert first.one(type_).inputs[key] == second.one(type_).inputs[key] != ""


def test_names_are_those_by_which_others_find_it(workspace):
    run, names = workspace(application_insights=True), WorkspaceNames.of("slipway-dev")
    for type_, key, planned in [
        (GROUP, "resourceGroupName", names.resource_group),
        (REGISTRY, "registryName", names.registry),
        (IDENTITY, "resourceName", names.pull_identity),
        (ROLE, "roleAssignmentName", names.pull_assignment),
        (LOGS, "workspaceName", names.logs),
        (INSIGHTS, "resourceName", names.insights),
    ]:
        assert run.one(type_).inputs[key] == planned


def test_two_workspaces_share_no_name(workspace):
    one, other = workspace(), workspace(base_name="slipway-prod")
    for type_, key in [(REGISTRY, "registryName"), (ROLE, "roleAssignmentName")]:
        assert one.one(type_).inputs[key] != other.one(type_).inputs[key]


def test_the_identity_may_pull_and_nothing_else(workspace):
    run = workspace()
    role = run.one(ROLE).inputs
    assert role["principalId"] == "principal-1"
    assert role["principalType"] == "ServicePrincipal"
    assert role["scope"].endswith("/registries/workspace-registry")
    assert role["roleDefinitionId"] == (
        "/subscriptions/11111111-1111-1111-1111-111111111111/providers/"
        "Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d"
    )


def test_whoever_uses_the_identity_waits_for_its_permission(azure_mocks):
    def program():
        made = Workspace("workspace", WorkspaceArgs(location="westeurope", base_name="slipway-dev"))
        Probe("probe", {"identity": made.pull_identity_id})

    run = azure_mocks(program)
    assert run.one(ROLE).urn in reached(run, run.one("test:index:Probe").urn)


class Probe(pulumi.CustomResource):
    def __init__(self, name, props):
        super().__init__("test:index:Probe", name, props)


def test_the_log_key_is_a_secret(workspace):
    run = workspace()
    assert is_secret(run.result["key"])
    assert plain(run.result["key"]) == "shared-key-1"
    assert is_secret(run.outputs[run.one(TYPE).urn]["log_workspace_key"])


def test_application_insights_only_on_request(workspace):
    assert workspace().all(INSIGHTS) == []
    run = workspace(application_insights=True)
    assert run.one(INSIGHTS).inputs["workspaceResourceId"].endswith("/workspaces/workspace-logs")
    assert is_secret(run.result["insights"])
    assert "connectionString" in run.one(INSIGHTS).options.additional_secret_outputs


def test_every_child_sits_under_the_component(workspace):
    run = workspace()
    component = run.one(TYPE)
    children = {child.type for child in run.children(component)}
    assert children == {GROUP, REGISTRY, IDENTITY, ROLE, LOGS, GUARD}


def test_lifecycle_of_what_azure_cannot_change(workspace):
    run = workspace()
    registry, role = run.one(REGISTRY).options, run.one(ROLE).options
    assert registry.delete_before_replace
    assert registry.replace_on_changes == ["location"]
    assert role.delete_before_replace
    assert role.replace_on_changes == ["roleDefinitionId"]
    ours = [r for r in run.children(run.one(TYPE)) if r.type != GUARD]
    assert all(r.options.custom_timeouts for r in ours)


def test_protects_everything_in_it_only_on_request(workspace):
    run = workspace()
    assert not any(r.options.protect for r in run.children(run.one(TYPE)))
    # Else a refused destruction would first take the pull identity and the logs.
    run = workspace(protect=True)
    assert all(r.options.protect for r in run.children(run.one(TYPE)))


def test_previews_with_nothing_known(workspace):
    run = workspace(preview=True)
    assert run.one(ROLE).inputs["principalType"] == "ServicePrincipal"
    assert run.calls == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"log_retention_days": 3},
            "WorkspaceArgs: log_retention_days must be 30 to 730, got 3",
        ),
        (
            {"base_name": "--"},
            "WorkspaceArgs: base_name must contain a letter or a digit, got '--'",
        ),
    ],
)
def test_refuses(changes, sentence):
    with pytest.raises(InvalidArgs) as refusal:
        WorkspaceArgs(**{"location": "westeurope", "base_name": "slipway", **changes})
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("insights", [False, True])
def test_the_guard_comes_after_everything_else_and_so_goes_before(workspace, insights):
    run = workspace(application_insights=insights)
    guard = run.one(GUARD)
    parts = [one for one in run.resources if one.custom and one.type.startswith("azure-native:")]
    others = {one.urn for one in parts if one.parent == guard.parent}
    assert reached(run, guard.urn) >= others


def test_the_guard_knows_whose_workspace_it_is(workspace):
    assert workspace().one(GUARD).inputs == {
        "loginServer": "reg.azurecr.io",
        "stack": "test",
        "refuse": True,
    }
    assert workspace(refuse_while_used=False).one(GUARD).inputs["refuse"] is False


def test_what_pulls_goes_before_the_guard_looks_for_users(workspace):
    run = workspace()
    assert run.one(GUARD).urn in reached(run, run.one("test:index:Probe").urn)
