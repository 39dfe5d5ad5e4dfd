"""The same score.py and the same requests to azureml-inference-server-http 1.5.1 and to ours: the same answers.

What differs on purpose stands in docs/scoring-contract.md and, here, in `Comparison`.
"""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent
JSON = {"content-type": "application/json"}
ORIGIN = {"origin": "http://a.example"}
PREFLIGHT = {
    **ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type, x-b",
}


def posts(*bodies, **headers):
    return [
        ("POST", "/score", {"content": body, "headers": {**JSON, **headers}}) for body in bodies
    ]


def gets(*paths):
    return [("GET", path, {}) for path in paths]


def identified(**headers):
    return (
        "GET",
        "/",
        {"headers": {name.replace("_", "-"): value for name, value in headers.items()}},
    )


ROUTING = [
    *[(method, "/", {}) for method in ("GET", "POST", "HEAD", "OPTIONS", "PUT")],
    *[(method, "/score", {}) for method in ("DELETE", "PUT", "HEAD", "OPTIONS")],
    *[(method, "/swagger.json", {}) for method in ("OPTIONS", "POST")],
    *gets("/nope", "/score/", "/Score", "/?x=1", "/%73core?a=1"),
    identified(x_request_id="a" * 101),
    identified(x_request_id="a" * 100),
    identified(x_request_id=""),
    identified(x_ms_request_id="b"),
    identified(x_ms_request_id="b", x_ms_client_request_id="c"),
    identified(x_ms_client_request_id="c", x_request_id="d"),
    identified(x_ms_client_request_id="c" * 101),
    identified(x_ms_request_id="c" * 101),
    identified(traceid="t"),
    ("GET", "/nope", {"headers": {"x-request-id": "d"}}),
]
SWAGGER = gets(
    *[
        f"/swagger.json{query}"
        for query in (
            "",
            "?version=2",
            "?version=2.0",
            "?version=3",
            "?version=3.0",
            "?version=3.1",
            "?version=4",
            "?version=",
        )
    ]
)
CORS = [
    ("GET", "/", {"headers": ORIGIN}),
    ("GET", "/", {}),
    ("GET", "/nope", {"headers": ORIGIN}),
    ("OPTIONS", "/score", {"headers": PREFLIGHT}),
    ("OPTIONS", "/", {"headers": PREFLIGHT}),
    ("OPTIONS", "/score", {"headers": {**PREFLIGHT, "access-control-request-method": "PUT"}}),
    ("PUT", "/score", {"headers": ORIGIN}),
    *posts(b"x", origin="http://evil.example"),
    *posts(b"x", **ORIGIN),
]
PLAIN = [
    *posts(b'{"data":[[1]]}', b"boom", b"obj", b"none", b"gen", b"nan", b"tuple", b"bytes"),
    *posts(b"\xff\xfe", b"", "é".encode()),
    *gets(
        *[
            f"/score{query}"
            for query in (
                "",
                "?a=1&b=[1,2]&c=a&d=null",
                "?foo=bar1&foo=bar2&x=y",
                "?a",
                "?a=",
                "?a=%C3%A9",
                "?a=%ff",
                "?a=1+2",
                "?a=NaN",
            )
        ]
    ),
    ("POST", "/score?q=1", {"content": b"x", "headers": {"content-type": "text/plain"}}),
    ("POST", "/score", {"content": b"x"}),
    *posts(b"boom", **{"x-request-id": "r"}),
]
HEADERS = [
    *posts(b"x", **{"X-Foo-bar": "1", "x-request-id": "u", "x_under": "u"}),
    ("GET", "/score?a=1", {"headers": {"X-Foo": "1"}}),
    (
        "POST",
        "/score",
        {"content": b"x", "headers": [("content-type", "a/b"), ("x-d", "1"), ("x-d", "2")]},
    ),
]
SCHEMA = [
    *posts(
        b'{"data":[[1,2]]}',
        b'{"data":[[1,2,3]]}',
        b'{"data":[["a","b"]]}',
        b'{"datax":[[1,2]]}',
        b"[1]",
        b"",
        b"{",
        b'{"data":[[1,2]],"extra":1}',
        b'{"data":null}',
        b'{"data": NaN}',
    ),
    *[
        ("POST", "/score", {"content": b'{"data":[[1,2]]}', "headers": {"content-type": kind}})
        for kind in (
            "text/plain",
            "application/json; charset=utf-8",
            "application/x+json",
            "APPLICATION/JSON",
            "text/json",
            "",
        )
    ],
    *gets("/score?data=[[1,2]]", "/score"),
]
SEVERAL = posts(
    b'{"Inputs":[{"a":1,"b":"x"}],"GlobalParameters":3.0}',
    b'{"Inputs":[{"a":1,"b":"x"}]}',
    b'{"Inputs":[{"a":1}]}',
    b'{"GlobalParameters":3.0}',
    b'{"Inputs":[{"a":1,"b":"x"}],"GlobalParameters":"z"}',
)
RAW = [
    *gets(*[f"/score?q={wish}" for wish in ("img", "err", "err2", "none", "text", "failed")]),
    *gets(*[f"/score?q={wish}" for wish in ("boom", "plain", "cookie")]),
    (
        "POST",
        "/score?x=1&x=2",
        {"content": b'{"a":1}', "headers": {**JSON, "x-a": "b", "accept": "text/html"}},
    ),
    ("POST", "/score?q=form", {"data": {"a": "1"}}),
    ("POST", "/score?q=files", {"files": {"f": b"abc"}}),
    *[("POST", "/score?q=json", {"content": body, "headers": JSON}) for body in (b'{"a":1}', b"{")],
    ("OPTIONS", "/score", {}),
    ("HEAD", "/score?q=text", {}),
]


class Comparison:
    """An answer without what is made anew each time, or differs on purpose."""

    def __init__(self, method, path, answer):
        self.status = answer.status_code
        self.body = answer.content
        if path.startswith("/swagger.json") and method == "GET" and self.status == 200:
            self.body = without_descriptions(answer.json())
        self.headers = sorted(self._kept(method, path, answer))

    def _kept(self, method, path, answer):
        for name, value in answer.headers.multi_items():
            if name in (
                "server",
                "date",
                "connection",
                "x-ms-run-fn-exec-ms",
                "x-ms-server-version",
            ):
                yield name if name.startswith("x-") else "", ""
            elif name == "content-length" and (method == "HEAD" or "swagger" in path):
                continue
            elif name == "allow":
                # RFC 9110 wants it with every 405; the reference leaves it out there, and lists it in any order.
                if self.status != 405:
                    yield name, sorted(value.split(", "))
            elif name in ("x-request-id", "x-ms-request-id") and len(value) == 36:
                yield name, "made"
            else:
                yield name, value

    def shown(self):
        return {
            "status": self.status,
            "headers": [pair for pair in self.headers if pair[0]],
            "body": self.body,
        }


def without_descriptions(document):
    if isinstance(document, dict):
        kept = {
            key: value
            for key, value in document.items()
            if not (key == "description" and isinstance(value, str))
        }
        return {key: without_descriptions(value) for key, value in kept.items()}
    return (
        [without_descriptions(entry) for entry in document]
        if isinstance(document, list)
        else document
    )


@pytest.fixture
def reference(reference_program, tmp_path):
    started = []

    def start(script, **more):
        (tmp_path / "score.py").write_text((HERE / "scripts" / f"{script}.py").read_text())
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        environment = {
            **os.environ,
            "AML_APP_ROOT": str(tmp_path),
            "AZUREML_MODEL_DIR": str(tmp_path),
            **more,
        }
        with (tmp_path / "log").open("w") as log:
            started.append(
                subprocess.Popen(
                    [
                        reference_program,
                        "--entry_script",
                        tmp_path / "score.py",
                        "--port",
                        str(port),
                    ],
                    env=environment,
                    cwd=tmp_path,
                    stdout=log,
                    stderr=log,
                )
            )
        url = f"http://127.0.0.1:{port}"
        wait_until_up(url, tmp_path / "log")
        return url

    yield start
    for process in started:
        process.terminate()
        process.wait(30)


def wait_until_up(url, log):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            httpx.get(url, timeout=30)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.mark.parametrize(
    ("script", "cases", "settings"),
    [
        pytest.param("plain", ROUTING + SWAGGER + PLAIN, {}, id="plain"),
        pytest.param("plain", CORS, {"AML_CORS_ORIGINS": "http://a.example"}, id="one origin"),
        pytest.param(
            "plain",
            CORS,
            {"AML_CORS_ORIGINS": "http://b.example, http://a.example"},
            id="two origins",
        ),
        pytest.param("plain", CORS, {"AML_CORS_ORIGINS": "*"}, id="any origin"),
        pytest.param("headers", HEADERS, {}, id="request headers"),
        pytest.param("schema", SCHEMA + SWAGGER, {}, id="schema"),
        pytest.param(
            "several", SEVERAL + SWAGGER, {"SERVICE_PATH_PREFIX": "/p/"}, id="several parameters"
        ),
        pytest.param("raw", RAW + ROUTING + SWAGGER, {}, id="rawhttp"),
    ],
)
def test_answers_are_the_reference_servers(reference, serving, script, cases, settings):
    theirs, ours = reference(script, **settings), serving(script, **settings).url
    different = []
    with httpx.Client(timeout=60) as client:
        for method, path, more in cases:
            answers = [
                Comparison(method, path, client.request(method, url + path, **more))
                for url in (theirs, ours)
            ]
            expected, given = (answer.shown() for answer in answers)
            if expected != given:
                different.append(
                    json.dumps([method, path, str(more), expected, given], default=str, indent=1)
                )
    assert not different, "\n".join(different)
