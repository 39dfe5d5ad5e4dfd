"""`python -m scoring bench`."""

import json
import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.load.measurement import QUANTILES, Measurement

SCRIPT = """
import json, time
def init(): pass
def run(raw):
    data = json.loads(raw)["data"]
    time.sleep(0.02 if data == "slow" else 0)
    return data
"""


@pytest.fixture
def bench(clean_environment):
    def run(*arguments, **more):
        done = subprocess.run(
            [sys.executable, "-m", "scoring", "bench", *map(str, arguments)],
            env=clean_environment(**more),
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout, done.stderr

    return run


def test_closed_loop_counts_what_the_server_counts(start_server, bench):
    server = start_server(SCRIPT)
    code, out, err = bench(server.url, "--data", '{"data": 1}', "-c", 4, "-d", 1, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert found["statuses"] == {"200": found["requests"]}
    assert found["failures"] == {}
    assert (
        server.metric("scoring_requests_total", route="/score", status="200") == found["requests"]
    )
    assert 0 < found["latency_ms"]["p50"] <= found["latency_ms"]["p99"] <= found["max_ms"]


def test_open_loop_counts_waiting_as_latency(start_server, bench):
    server = start_server(SCRIPT)
    arguments = (
        server.url,
        "--data",
        '{"data": "slow"}',
        "-c",
        1,
        "-d",
        1,
        "--rate",
        100,
        "--json",
    )
    found = json.loads(bench(*arguments)[1])
    assert found["requests"] == 100  # all that came are answered, also after the end
    # 100 a second come, at most 50 a second are answered: the last has waited for about a second.
    assert found["max_ms"] > 800


def test_failures_are_shown(start_server, bench):
    server = start_server(SCRIPT)
    code, out, _ = bench(server.url, "--data", "{}", "-d", 0.2)
    assert code == 1
    assert "500: " in out


def test_the_key_comes_from_the_environment(start_server, bench):
    server = start_server(SCRIPT, SLIPWAY_PRIMARY_KEY="one-secret-key-of-ours")
    arguments = (server.url, "--data", '{"data": 1}', "-d", 0.2, "--json")
    assert json.loads(bench(*arguments)[1])["ok"] == 0
    assert json.loads(bench(*arguments, SLIPWAY_KEY="one-secret-key-of-ours")[1])["ok"] > 0


def test_the_servers_own_example_is_sent(start_server, bench, ridge_folder):
    server = start_server(ridge_folder, "--trust-pickle")
    code, out, err = bench(server.url, "-d", 0.3, "--json")
    assert code == 0, err
    assert json.loads(out)["ok"] == json.loads(out)["requests"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["http://192.0.2.1:5001/score"], "another machine (192.0.2.1)"),
        (["ftp://127.0.0.1/x"], "no URL of a server"),
        (["http://127.0.0.1:1/score", "--data", "{}"], "does not answer"),
        (["http://127.0.0.1:1/score", "-d", "601"], "--duration is 601"),
        (
            ["http://127.0.0.1:1/score", "-c", "0", "--rate", "-1"],
            "--connections is 0; it must be from 1 to 1024; --rate",
        ),
        (["http://127.0.0.1:1/score", "-H", "nothing"], "--header is 'nothing'"),
    ],
)
def test_what_is_refused(bench, arguments, sentence):
    code, _, err = bench(*arguments)
    assert code == 2
    assert sentence in err
    assert "Traceback" not in err


@given(st.lists(st.floats(1e-5, 20), min_size=1, max_size=200))
def test_quantiles_are_within_a_per_cent(latencies):
    found = Measurement()
    for seconds in latencies:
        found.add(seconds, 200, 0)
    ordered = sorted(latencies)
    for share in QUANTILES:
        exact = ordered[math.ceil(share * len(ordered)) - 1]
        assert found.quantile(share) == pytest.approx(exact, rel=0.01)
