"""Filters, pages and expansions of lists; statuses and waiting times of what takes long."""

import json

import pytest

from rehearsal.core.errors import ArmError
from rehearsal.doors.arm_http.requests import Asked, answer


@pytest.fixture
def get(rehearsal):
    """A GET of the rehearsal's own user; the whole answer."""

    def run(path, method="GET", body=b"", version="2024-03-01", **query):
        given = {name.replace("_", "$"): value for name, value in query.items()}
        asked = Asked(
            method=method,
            path=path,
            query={"api-version": version, **given},
            headers={},
            body=body,
            base_url="https://localhost:1",
        )
        return answer(asked, rehearsal.arm, rehearsal.world.tokens.user)

    return run


def names(found):
    return [one["name"] for one in found.document["value"]]


@pytest.fixture
def groups(rehearsal):
    """Three resource groups, one of them with a tag."""
    for name, tags in (("one", {"team": "a"}), ("two", {}), ("three", {"team": "b"})):
        path = f"{rehearsal.subscription}/resourceGroups/{name}"
        rehearsal.put(path, {"location": "westeurope", "tags": tags})
    return f"{rehearsal.subscription}/resourceGroups"


def test_pages_lead_to_one_another(get, groups):
    first = get(groups, _top="2")
    assert len(first.document["value"]) == 2
    link = first.document["nextLink"]
    assert link.startswith(f"https://localhost:1{groups}?api-version=2024-03-01&")
    rest = get(groups, _top="2", _skiptoken=link.rpartition("=")[2])
    assert len(rest.document["value"]) == 1
    assert "nextLink" not in rest.document
    assert {*names(first), *names(rest)} == {"one", "two", "three"}


def test_groups_by_tag(get, groups):
    assert names(get(groups, _filter="tagName eq 'team'")) == ["one", "three"]
    assert names(get(groups, _filter="tagName eq 'team' and tagValue eq 'b'")) == ["three"]


def test_resources_by_several_things(get, rehearsal):
    rehearsal.container_group()
    path = f"{rehearsal.subscription}/resources"
    assert names(get(path, _filter="name eq 'webreg'")) == ["webreg"]
    kind = "resourceType eq 'microsoft.managedidentity/userassignedidentities'"
    assert names(get(path, _filter=f"{kind} and resourceGroup eq 'RG'")) == ["puller"]
    assert names(get(path, _filter="location eq 'eastus'")) == []
    (one,) = get(
        path, _filter="name eq 'webreg'", _expand="createdTime,provisioningState"
    ).document["value"]
    assert one["provisioningState"] == "Succeeded"
    assert one["createdTime"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"_top": "0"}, "InvalidQueryParameterValue"),
        ({"_top": "many"}, "InvalidQueryParameterValue"),
        ({"_skiptoken": "-1"}, "InvalidQueryParameterValue"),
        ({"_filter": "colour eq 'red'"}, "InvalidFilterInQueryString"),
        ({"_filter": "name"}, "InvalidFilterInQueryString"),
        ({"_expand": "everything"}, "InvalidExpandQueryParameter"),
    ],
)
def test_queries_that_azure_does_not_take(get, rehearsal, query, code):
    with pytest.raises(ArmError, match=code):
        get(f"{rehearsal.subscription}/resources", **query)


def test_a_poll_says_when_to_come_back(get, rehearsal):
    body = rehearsal.pulling_group()
    rehearsal.runtime.gate.clear()
    group = rehearsal.container_group_id()
    made = get(group, "PUT", json.dumps(body).encode(), "2023-05-01")
    assert (made.status, made.headers["Retry-After"]) == (201, "1")
    poll = made.headers["Azure-AsyncOperation"].removeprefix("https://localhost:1").split("?")[0]
    assert get(poll).headers == {"Retry-After": "1"}
    rehearsal.runtime.gate.set()
    while get(poll).document["status"] == "InProgress":
        pass
    assert get(poll).headers is None


def test_statuses_are_those_of_the_operation(get, rehearsal):
    rehearsal.resource_group()
    insights = rehearsal.id("Microsoft.Insights/components", "insights")
    body = b'{"location": "westeurope", "kind": "web", "properties": {"Application_Type": "web"}}'
    assert get(insights, "PUT", body, "2020-02-02").status == 200
    assert get(insights, "DELETE", b"", "2020-02-02").status == 200
    assert get(insights, "DELETE", b"", "2020-02-02").status == 204
    nowhere = f"{rehearsal.subscription}/resourceGroups/nowhere"
    with pytest.raises(ArmError, match="could not be found") as refused:
        get(nowhere, "DELETE")
    assert refused.value.status == 404


def test_providers_list_their_versions(get, rehearsal):
    found = get(f"{rehearsal.subscription}/providers/Microsoft.ContainerInstance")
    (kind,) = found.document["resourceTypes"]
    assert "2023-05-01" in kind["apiVersions"]
