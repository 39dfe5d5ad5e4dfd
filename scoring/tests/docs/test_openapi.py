"""The OpenAPI document, and the server held to it."""

import subprocess
import sys

import pytest


def test_every_route_is_described(start_server, ridge_folder):
    server = start_server(ridge_folder, "--trust-pickle")
    document = server.ask("GET", "/openapi.json").json()
    described = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert {
        ("GET", "/"),
        ("POST", "/score"),
        ("GET", "/metrics"),
        ("GET", "/docs"),
        ("GET", "/swagger.json"),
        ("GET", "/v2/health/ready"),
        ("POST", "/v2/models/{model}/infer"),
        ("POST", "/v2/models/{model}/versions/{version}/infer"),
    } <= described
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"] != f"{method.upper()} {path}", (
                "a route without a description of its own"
            )
    identifiers = [
        o["operationId"] for operations in document["paths"].values() for o in operations.values()
    ]
    assert len(set(identifiers)) == len(identifiers)


def test_examples_work(start_server, ridge_folder):
    server = start_server(ridge_folder, "--trust-pickle")
    targets = server.ask("GET", "/openapi.json").json()["x-targets"]
    assert [target["path"] for target in targets] == ["/score", "/v2/models/model/versions/1/infer"]
    for target in targets:
        assert server.ask("POST", target["path"], json=target["body"]).status_code == 200
        assert target["form"]["kind"] in ("rows", "tensors")


def test_a_script_without_schema_shows_its_sample(start_server, script_folder):
    (target,) = start_server(script_folder).ask("GET", "/openapi.json").json()["x-targets"]
    assert target["body"] == {"data": [[1, 2], [3, 4]]}
    assert target["form"]["kind"] == "rows"


def test_a_script_without_sample_has_an_editor(start_server, script):
    (target,) = start_server(script).ask("GET", "/openapi.json").json()["x-targets"]
    assert target["form"] == {"kind": "json"}


def test_keys_guard_the_document_and_it_says_so(start_server, script):
    server = start_server(script, SLIPWAY_PRIMARY_KEY="one-secret-key-of-ours")
    assert server.ask("GET", "/openapi.json").status_code == 401
    headers = {"Authorization": "Bearer one-secret-key-of-ours"}
    document = server.ask("GET", "/openapi.json", headers=headers).json()
    assert document["paths"]["/score"]["post"]["security"] == [{"key": []}]
    assert document["paths"]["/"]["get"]["security"] == []
    assert "401" in document["paths"]["/score"]["post"]["responses"]


def test_the_page_allows_nothing_from_elsewhere(start_server, script):
    answer = start_server(script).ask("GET", "/docs")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.text.count("http://") == answer.text.count("http://www.w3.org/2000/svg")
    assert "https://" not in answer.text
    assert len(answer.content) < 40_000


@pytest.mark.parametrize(
    "checks",
    [
        "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    ],
)
def test_schemathesis_finds_nothing(start_server, ridge_folder, tmp_path, checks):
    server = start_server(ridge_folder, "--trust-pickle")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            f"{server.url}/openapi.json",
            "--checks",
            checks,
            "--max-examples",
            "25",
            "--seed",
            "1",
            "--no-color",
            "--phases",
            "examples,coverage,fuzzing",
        ],
        capture_output=True,
        text=True,
        timeout=280,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert server.process.poll() is None
