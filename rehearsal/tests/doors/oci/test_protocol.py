"""The OCI Distribution specification, word by word."""

import hashlib
import json
import uuid

import httpx
import pytest

OCI = "application/vnd.oci.image"


class Caller:
    """HTTP with somebody's refresh token."""

    def __init__(self, door, who: str | None = "owner") -> None:
        password = ("00000000-0000-0000-0000-000000000000", door.passwords[who]) if who else None
        import ssl

        self.http = httpx.Client(
            base_url=f"https://{door.login_server}",
            verify=ssl.create_default_context(cafile=door.ca),
            auth=password,
        )

    def blob(self, repository: str, content: bytes) -> dict:
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        url = f"/v2/{repository}/blobs/uploads/"
        assert self.http.post(url, params={"digest": digest}, content=content).status_code == 201
        return {"mediaType": "application/octet-stream", "digest": digest, "size": len(content)}

    def manifest(self, repository: str, reference: str, body: dict, kind: str = "manifest"):
        media_type = f"{OCI}.{kind}.v1+json"
        return self.http.put(
            f"/v2/{repository}/manifests/{reference}",
            content=json.dumps({"schemaVersion": 2, "mediaType": media_type, **body}),
            headers={"Content-Type": media_type},
        )


@pytest.fixture
def caller(oci_door):
    caller = Caller(oci_door)
    yield caller
    caller.http.close()


@pytest.fixture
def repository() -> str:
    return f"r{uuid.uuid4().hex[:8]}/nested"


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["code"]


def test_who_is_not_known_is_challenged(oci_door):
    with Caller(oci_door, None).http as http:
        answer = http.get("/v2/some/thing/manifests/1")
        assert code(answer) == (401, "UNAUTHORIZED")
        assert answer.headers["www-authenticate"] == (
            f'Bearer realm="https://{oci_door.login_server}/oauth2/token",'
            f'service="{oci_door.login_server}",scope="repository:some/thing:pull"'
        )
        assert http.get("/oauth2/token").status_code == 401
        assert http.get("/v2/").status_code == 401


def test_a_token_serves_its_scope_only(oci_door, caller, repository):
    scope = f"repository:{repository}:pull"
    asked = caller.http.get("/oauth2/token", params={"scope": scope})
    bearer = {"Authorization": f"Bearer {asked.json()['access_token']}"}
    with Caller(oci_door, None).http as http:
        answer = http.get(f"/v2/{repository}/manifests/1", headers=bearer)
        assert code(answer) == (404, "MANIFEST_UNKNOWN")
        answer = http.post(f"/v2/{repository}/blobs/uploads/", headers=bearer)
        assert code(answer) == (401, "UNAUTHORIZED")
        answer = http.get("/v2/other/manifests/1", headers=bearer)
        assert code(answer) == (401, "UNAUTHORIZED")


def test_chunks_follow_one_another(caller, repository):
    content = b"0123456789"
    begun = caller.http.post(f"/v2/{repository}/blobs/uploads/")
    assert begun.status_code == 202
    url = begun.headers["location"]
    first = caller.http.patch(url, content=content[:4], headers={"Content-Range": "0-3"})
    assert (first.status_code, first.headers["range"]) == (202, "0-3")
    gap = caller.http.patch(url, content=content[6:], headers={"Content-Range": "6-9"})
    assert code(gap) == (416, "RANGE_INVALID")
    state = caller.http.get(url)
    assert (state.status_code, state.headers["range"]) == (204, "0-3")
    caller.http.patch(url, content=content[4:], headers={"Content-Range": "4-9"})
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    done = caller.http.put(url, params={"digest": digest})
    assert (done.status_code, done.headers["docker-content-digest"]) == (201, digest)
    part = caller.http.get(f"/v2/{repository}/blobs/{digest}", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["content-range"] == "bytes 2-4/10"
    head = caller.http.head(f"/v2/{repository}/blobs/{digest}")
    assert (head.status_code, head.headers["content-length"]) == (200, "10")


def test_content_that_is_not_its_digest_is_refused(caller, repository):
    url = caller.http.post(f"/v2/{repository}/blobs/uploads/").headers["location"]
    wrong = f"sha256:{'0' * 64}"
    answer = caller.http.put(url, params={"digest": wrong}, content=b"content")
    assert code(answer) == (400, "DIGEST_INVALID")
    assert caller.http.head(f"/v2/{repository}/blobs/{wrong}").status_code == 404


def test_an_upload_can_be_given_up(caller, repository):
    url = caller.http.post(f"/v2/{repository}/blobs/uploads/").headers["location"]
    assert caller.http.delete(url).status_code == 204
    assert code(caller.http.get(url)) == (404, "BLOB_UPLOAD_UNKNOWN")
    escape = f"/v2/{repository}/blobs/uploads/..%2F..%2Fcatalog.sqlite"
    assert caller.http.get(escape).status_code == 404


def test_a_blob_is_mounted_from_where_it_is(caller, repository):
    blob = caller.blob(repository, b"shared")
    mount = {"mount": blob["digest"], "from": repository}
    answer = caller.http.post("/v2/elsewhere/blobs/uploads/", params=mount)
    assert answer.status_code == 201
    assert caller.http.get(f"/v2/elsewhere/blobs/{blob['digest']}").content == b"shared"
    unknown = {"mount": f"sha256:{'1' * 64}", "from": repository}
    assert caller.http.post("/v2/elsewhere/blobs/uploads/", params=unknown).status_code == 202


def test_a_manifest_needs_what_it_names(caller, repository):
    there = caller.blob(repository, b"{}")
    missing = {**there, "digest": f"sha256:{'2' * 64}"}
    answer = caller.manifest(repository, "1", {"config": there, "layers": [missing]})
    assert code(answer) == (400, "MANIFEST_BLOB_UNKNOWN")
    answer = caller.manifest(repository, "1", {"config": {"digest": "x"}, "layers": []})
    assert code(answer) == (400, "MANIFEST_INVALID")
    answer = caller.manifest(repository, "a" * 129, {"config": there, "layers": []})
    assert code(answer) == (400, "TAG_INVALID")
    answer = caller.manifest("Upper/case", "1", {"config": there, "layers": []})
    assert code(answer) == (400, "NAME_INVALID")


def test_an_index_and_its_referrers(caller, repository):
    config = caller.blob(repository, b"{}")
    image = caller.manifest(repository, "image", {"config": config, "layers": []})
    digest = image.headers["docker-content-digest"]
    subject = {"mediaType": f"{OCI}.manifest.v1+json", "digest": digest, "size": 1}
    index = caller.manifest(repository, "index", {"manifests": [subject]}, "index")
    assert index.status_code == 201
    signature = {
        "artifactType": "application/x-signature",
        "config": config,
        "layers": [],
        "subject": subject,
        "annotations": {"by": "me"},
    }
    signed = caller.manifest(repository, "signature", signature)
    assert signed.headers["oci-subject"] == digest
    listed = caller.http.get(f"/v2/{repository}/referrers/{digest}").json()["manifests"]
    assert [one["artifactType"] for one in listed] == ["application/x-signature"]
    assert listed[0]["annotations"] == {"by": "me"}
    other = {"artifactType": "application/x-other"}
    answer = caller.http.get(f"/v2/{repository}/referrers/{digest}", params=other)
    assert answer.json()["manifests"] == []
    assert answer.headers["oci-filters-applied"] == "artifactType"


def test_tags_page_and_a_tag_is_deleted_alone(caller, repository):
    config = caller.blob(repository, b"{}")
    for tag in ("3", "1", "2"):
        caller.manifest(repository, tag, {"config": config, "layers": []})
    first = caller.http.get(f"/v2/{repository}/tags/list", params={"n": 2})
    assert first.json()["tags"] == ["1", "2"]
    second = caller.http.get(first.links["next"]["url"])
    assert second.json()["tags"] == ["3"]
    assert "next" not in second.links
    assert caller.http.delete(f"/v2/{repository}/manifests/2").status_code == 202
    assert caller.http.get(f"/v2/{repository}/tags/list").json()["tags"] == ["1", "3"]
    assert code(caller.http.get("/v2/not/there/tags/list")) == (404, "NAME_UNKNOWN")


def test_a_manifest_too_large_is_refused(caller, repository):
    config = caller.blob(repository, b"{}")
    notes = {"x": "y" * (4 * 1024 * 1024)}
    answer = caller.manifest(
        repository, "1", {"config": config, "layers": [], "annotations": notes}
    )
    assert code(answer) == (413, "SIZE_INVALID")


def test_bytes_received_are_written_down(oci_door, caller, repository):
    caller.blob(repository, b"x" * 12345)
    from pathlib import Path

    lines = (Path(oci_door.state) / "access.log").read_text().splitlines()
    mine = [one for one in map(json.loads, lines) if one["repository"] == repository]
    assert sum(one["received"] for one in mine) == 12345


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=10-", 416),
        ("bytes=-0", 416),
        ("bytes=x-y", 200),
        ("items=0-1", 200),
        ("bytes=-", 200),
        ("bytes=2-4", 206),
        ("bytes=-3", 206),
        ("bytes=0-99", 206),
    ],
)
def test_ranges_that_cannot_be_served(caller, repository, asked, status):
    digest = caller.blob(repository, b"0123456789")["digest"]
    found = caller.http.get(f"/v2/{repository}/blobs/{digest}", headers={"Range": asked})
    assert found.status_code == status
    if status == 416:
        assert code(found) == (416, "RANGE_INVALID")
    if status == 200:
        assert found.content == b"0123456789"


def test_a_digest_of_another_algorithm_is_refused_by_its_name(caller, repository):
    digest = "sha512:" + hashlib.sha512(b"x").hexdigest()
    url = f"/v2/{repository}/blobs/uploads/"
    refused = caller.http.post(url, params={"digest": digest}, content=b"x")
    assert code(refused) == (400, "DIGEST_INVALID")
    reason = refused.json()["errors"][0]["detail"]["reason"]
    assert reason.startswith("unsupported digest algorithm sha512")


def test_a_service_principal_signs_in_with_its_secret(oci_door):
    who = oci_door.environment["ARM_CLIENT_ID"], oci_door.environment["ARM_CLIENT_SECRET"]
    with Caller(oci_door, None).http as http:
        assert http.get("/v2/", auth=who).status_code == 200
        assert http.get("/v2/", auth=(who[0], "guessed")).status_code == 401
        form = {"grant_type": "password", "username": who[0], "password": who[1]}
        token = http.post("/oauth2/token", data=form | {"scope": "repository:a:pull"})
        assert token.json()["access_token"]


def test_an_images_properties_have_its_platform(caller, repository):
    content = json.dumps({"architecture": "arm64", "os": "linux"}).encode()
    config = caller.blob(repository, content) | {"mediaType": f"{OCI}.config.v1+json"}
    caller.manifest(repository, "1", {"config": config, "layers": []})
    (shown,) = caller.http.get(f"/acr/v1/{repository}/_manifests").json()["manifests"]
    assert (shown["architecture"], shown["os"]) == ("arm64", "linux")
