"""The same bytes, as curl sends them, to azureml-inference-server-http 1.5.1 and to the installed wheel.

Around the same script with the same model: what stands in the answers is the same, line by line.
"""

import json
import re
import socket
import subprocess
import time

import pytest

# Plain arithmetic: the reference's environment has no scikit-learn.
SCRIPT = """
import json
import os

def init():
    global model
    with open(os.path.join(os.getenv('AZUREML_MODEL_DIR'), 'ridge.json')) as file:
        model = json.load(file)

def run(raw_data):
    rows = json.loads(raw_data)['data']
    return [model['intercept'] + sum(a * b for a, b in zip(model['coefficients'], row, strict=True)) for row in rows]
"""


def request(line, body=b"", **headers):
    """`line` is method and path; curl's own headers come first."""
    lines = {"Host": "localhost", "User-Agent": "curl/8.5.0", "Accept": "*/*"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        lines["Content-Length"] = str(len(body))
    head = f"{line} HTTP/1.1\r\n" + "".join(f"{name}: {text}\r\n" for name, text in lines.items())
    return f"{head}Connection: close\r\n\r\n".encode() + body


ROWS = json.dumps({"data": [[*range(1, 11)], [*range(10, 0, -1)]]}).encode()
JSON = {"content_type": "application/json"}
REQUESTS = {
    "health": request("GET /"),
    "score": request("POST /score", ROWS, **JSON),
    "score with ids": request(
        "POST /score", ROWS, **JSON, x_ms_request_id="mine", x_ms_client_request_id="its"
    ),
    "an id that is too long": request("GET /", x_ms_client_request_id="c" * 101),
    "no content type": request("POST /score", ROWS),
    "not JSON": request("POST /score", b"{", **JSON),
    "another key": request("POST /score", b'{"rows": []}', **JSON),
    "too few columns": request("POST /score", b'{"data": [[1, 2]]}', **JSON),
    "by GET": request("GET /score?data=[[1,2]]"),
    "a method that is not there": request("PUT /score", b"x"),
    "a path that is not there": request("GET /nope"),
    "what may be asked": request("OPTIONS /score"),
    "only the head": request("HEAD /"),
}
#: Made anew for each answer, or another by nature (docs/scoring-contract.md).
VALUES_OF_THEIR_OWN = {"date", "server", "x-ms-server-version", "x-ms-run-fn-exec-ms"}
MADE_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def source(diabetes, tmp_path_factory):
    import joblib

    model = joblib.load(diabetes / "pickle" / "model.pkl")
    folder = tmp_path_factory.mktemp("contract")
    known = {"intercept": model.intercept_, "coefficients": model.coef_.tolist()}
    (folder / "ridge.json").write_text(json.dumps(known))
    (folder / "score.py").write_text(SCRIPT)
    return folder


@pytest.fixture
def theirs(reference_program, source, clean_environment):
    """Port of the reference server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = clean_environment(AML_APP_ROOT=str(source), AZUREML_MODEL_DIR=str(source))
    with (source / "reference.log").open("w") as log:
        process = subprocess.Popen(
            [reference_program, "--entry_script", source / "score.py", "--port", str(port)],
            env=settings,
            cwd=source,
            stdout=log,
            stderr=log,
        )
    until = time.monotonic() + 120
    while not listening(port):
        assert process.poll() is None, (source / "reference.log").read_text()
        assert time.monotonic() < until
        time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(30)


def listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def ours(serve, source):
    """Port of the installed wheel's server."""
    return serve(source, AZUREML_MODEL_DIR=str(source)).logged("port")


def exchange(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def comparable(received):
    """Status code, headers and body, without what no two answers share."""
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin1").split("\r\n")
    pairs = [line.split(": ", 1) for line in lines]
    headers = {name.lower(): value for name, value in pairs}
    assert len(headers) == len(pairs)
    headers.pop("connection", None)
    for name in VALUES_OF_THEIR_OWN & headers.keys():
        headers[name] = "..."
    for name in ("x-request-id", "x-ms-request-id"):
        if MADE_ID.fullmatch(headers.get(name, "")):
            headers[name] = "made"
    status = int(status.split()[1])
    if status == 405:  # RFC 9110 wants it; the reference leaves it out
        headers.pop("allow", None)
    if "allow" in headers:
        headers["allow"] = sorted(headers["allow"].split(", "))
    return {"status": status, "headers": headers, "body": body}


def test_every_request_gets_the_reference_servers_answer(theirs, ours):
    answers = {
        name: [comparable(exchange(port, data)) for port in (theirs, ours)]
        for name, data in REQUESTS.items()
    }
    different = {name: pair for name, pair in answers.items() if pair[0] != pair[1]}
    assert different == {}
    assert json.loads(answers["score"][1]["body"]) == pytest.approx([5615.5285, 3687.0529])
    codes = {name: pair[1]["status"] for name, pair in answers.items()}
    assert sorted(set(codes.values())) == [200, 404, 405, 431, 500]
