"""The docker-build stand-in, spoken to as the engine speaks to the real provider."""

from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from rehearsal.core.errors import ArmError
from rehearsal.doors.pulumi_provider.values import UNKNOWN, read, write

URN = "urn:pulumi:dev::example::docker-build:index:Image::web-build"


def check(provider, inputs):
    response = provider.Check(provider_pb2.CheckRequest(urn=URN, news=write(inputs)))
    return {failure.property: failure.reason for failure in response.failures}


def create(provider, inputs, **more):
    return provider.Create(provider_pb2.CreateRequest(urn=URN, properties=write(inputs), **more))


def diff(provider, state, inputs):
    request = provider_pb2.DiffRequest(urn=URN, id="x", olds=state, news=write(inputs))
    return sorted(provider.Diff(request).detailedDiff)


def look(provider, created):
    request = provider_pb2.ReadRequest(urn=URN, id=created.id, properties=created.properties)
    return provider.Read(request).id


def refusal(call, *arguments, **named):
    with pytest.raises(grpc.RpcError) as error:
        call(*arguments, **named)
    return error.value.details()


def test_good_arguments_pass_unknown_and_missing_ones_are_named(provider, image):
    assert check(provider, image) == {}
    del image["push"]
    found = check(provider, image | {"tagz": ["a"], "context": {"place": "."}})
    assert set(found) == {"push", "tagz", "context.location", "context.place"}


def test_a_push_without_a_tag_and_a_missing_folder_are_told_together(provider, image):
    found = check(provider, image | {"tags": [], "context": {"location": "/nowhere"}})
    assert (
        found["exports[0]"]
        == "at least one tag or export name is needed when pushing to a registry"
    )
    assert found["context.location"] == '"/nowhere": not a valid directory or URL'


def test_values_that_are_not_known_yet_pass(provider, image):
    assert check(provider, image | {"tags": [UNKNOWN], "context": {"location": UNKNOWN}}) == {}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"tags": ["not a tag"]}, "tags[0]"),
        ({"dockerfile": {"inline": "FORM x"}}, "dockerfile"),
        ({"dockerfile": {"location": "/nowhere/Dockerfile"}}, "dockerfile.location"),
        ({"platforms": ["linux/amd64", "linux/arm64"]}, "platforms"),
        ({"ssh": [{"id": "default"}]}, "ssh"),
        ({"network": "host"}, "network"),
        ({"exports": [{"cacheonly": {}}, {"tar": {"dest": "a.tar"}}]}, "exports[1]"),
    ],
)
def test_what_cannot_be_done_is_refused_by_the_arguments_name(provider, image, change, where):
    assert list(check(provider, image | change)) == [where]


def test_a_build_may_leave_nothing_but_its_cache(provider, image):
    assert check(provider, image | {"push": False, "exports": [{"cacheonly": {}}]}) == {}


def test_a_preview_builds_nothing_and_knows_the_hash(provider, image, tmp_path):
    response = create(provider, image, preview=True)
    outputs = read(response.properties)
    assert outputs["ref"] == image["tags"][0]
    assert outputs["digest"] == UNKNOWN
    assert len(outputs["contextHash"]) == 64
    assert not (tmp_path / "cache").exists()


def test_what_is_created_is_in_the_registry_under_its_digest(provider, image):
    created = create(provider, image)
    outputs = read(created.properties)
    assert created.id == outputs["digest"]
    assert outputs["ref"] == f"{image['tags'][0]}@{outputs['digest']}"
    assert look(provider, created) == created.id
    assert diff(provider, created.properties, image) == []


def test_the_same_again_has_the_same_digest(provider, image):
    assert create(provider, image).id == create(provider, image).id


def test_diff_follows_the_contexts_content_and_not_what_is_ignored(provider, image):
    created = create(provider, image)
    context = Path(image["context"]["location"])
    (context / "left.tmp").write_text("x")
    assert diff(provider, created.properties, image) == []
    (context / "app" / "score.py").write_text("print(2)\n")
    assert diff(provider, created.properties, image) == ["contextHash"]
    (context / "app" / "score.py").write_text("print(1)\n")
    (context / "Dockerfile").write_text("FROM python:3.11\nCOPY app/ /app/\n")
    assert diff(provider, created.properties, image) == ["contextHash"]


def test_a_new_password_is_no_change_and_a_new_user_is(provider, image, oci_door):
    login = {
        "address": oci_door.login_server,
        "username": "00000000-0000-0000-0000-000000000000",
        "password": oci_door.passwords["pusher"],
    }
    given = image | {"registries": [login]}
    created = create(provider, given)
    assert (
        diff(provider, created.properties, image | {"registries": [login | {"password": "new"}]})
        == []
    )
    other = image | {"registries": [login | {"username": "me"}]}
    assert diff(provider, created.properties, other) == ["registries[0]"]


def test_overlooked_secrets_are_no_change(provider, image):
    given = image | {"secrets": {"ca": "1"}, "ignoreSecretsInDiffCalculation": ["ca"]}
    created = create(provider, given)
    assert diff(provider, created.properties, given | {"secrets": {"ca": "2"}}) == []
    assert diff(provider, created.properties, given | {"secrets": {"other": "2"}}) == ["secrets"]


def test_an_update_builds_again(provider, image):
    created = create(provider, image)
    (Path(image["context"]["location"]) / "app" / "score.py").write_text("print(2)\n")
    request = provider_pb2.UpdateRequest(
        urn=URN, id=created.id, olds=created.properties, news=write(image)
    )
    assert read(provider.Update(request).properties)["digest"] != created.id


def test_a_deleted_image_is_gone_and_deleting_it_again_is_no_error(provider, image):
    created = create(provider, image)
    request = provider_pb2.DeleteRequest(urn=URN, id=created.id, properties=created.properties)
    provider.Delete(request)
    assert look(provider, created) == ""
    provider.Delete(request)


def test_a_registry_that_refuses_the_caller_is_not_taken_for_gone(provider, image, oci_door):
    created = create(provider, image)
    login = {"address": oci_door.login_server, "username": "who", "password": "expired"}
    state = read(created.properties) | {"registries": [login]}
    request = provider_pb2.ReadRequest(urn=URN, id=created.id, properties=write(state))
    assert "refused the credentials" in refusal(provider.Read, request)


def test_a_failing_step_is_told_in_its_own_words(provider, image):
    text = "FROM python:3.11\nCOPY nothing/ /app/\n"
    message = refusal(create, provider, image | {"dockerfile": {"inline": text}})
    assert message == 'Dockerfile line 2: COPY: "/nothing" not found in the build context'


def test_a_password_never_stands_in_a_refusal(provider, image, oci_door):
    login = {"address": oci_door.login_server, "username": "who", "password": "hunter2"}
    assert "hunter2" not in refusal(create, provider, image | {"registries": [login]})


def test_other_resources_of_the_package_are_refused_by_name(provider):
    request = provider_pb2.CheckRequest(urn=URN.replace(":Image:", ":Index:"))
    assert "docker-build:index:Index" in refusal(provider.Check, request)


def test_an_ordered_fault_strikes(provider, image, arm):
    arm.world.faults.ordered = ArmError(429, "TooManyRequests", "slow down")
    assert "slow down" in refusal(create, provider, image)


def test_a_preview_survives_whatever_is_not_known_yet(provider, image, with_unknowns):
    login = {"address": "localhost:1", "username": "who", "password": "x"}
    given = image | {
        "registries": [login],
        "secrets": {"ca": "1"},
        "ignoreSecretsInDiffCalculation": ["ca"],
        "dockerfile": {"location": f"{image['context']['location']}/Dockerfile"},
        "platforms": ["linux/amd64"],
        "labels": {"a": "b"},
        "network": "default",
    }
    created = create(provider, image)
    for inputs in with_unknowns(given):
        assert check(provider, inputs) == {}, inputs
        assert diff(provider, created.properties, inputs), inputs
        assert read(create(provider, inputs, preview=True).properties)["digest"] == UNKNOWN
        provider.Update(
            provider_pb2.UpdateRequest(
                urn=URN, id="x", olds=created.properties, news=write(inputs), preview=True
            )
        )


def test_a_context_that_is_not_known_yet_is_a_change(provider, image):
    created = create(provider, image)
    assert set(diff(provider, created.properties, image | {"context": UNKNOWN})) == {
        "contextHash",
        "context.location",
        "dockerfile",
    }


def test_a_provider_whose_registries_are_not_known_yet_is_configured(provider):
    unknown = write({"registries": UNKNOWN})
    assert provider.Configure(provider_pb2.ConfigureRequest(args=unknown)).supportsPreview
