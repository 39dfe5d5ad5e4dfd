"""`run_batch()` of an entry script: requests that wait together are computed together."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

SCRIPT = """
import json, os, time

calls = []

def init():
    pass

def run(data):
    value = json.loads(data)
    if value == 'calls':
        return calls
    while value == 'wait' and not os.path.exists(os.environ['GATE']):
        time.sleep(0.01)
    if value == 'bad':
        raise ValueError('this one')
    calls.append(1)
    return ['alone', value]

def run_batch(requests):
    values = [json.loads(request) for request in requests]
    if 'bad' in values:
        raise ValueError('one of these')
    if 'short' in values:
        return []
    calls.append(len(values))
    return [['together', value] for value in values]
"""


@pytest.fixture
def server(start_server, tmp_path):
    def start(script=SCRIPT, **settings):
        running = start_server(script, GATE=str(tmp_path / "gate"), **settings)
        running.gate = tmp_path / "gate"
        return running

    return start


def at_once(server, values):
    """Asks while the server is busy, so that all of them wait."""
    with ThreadPoolExecutor(len(values) + 1) as pool:
        first = pool.submit(server.score, "wait")
        while server.metric("scoring_running") < 1:
            pass
        asked = [pool.submit(server.score, value) for value in values]
        while server.metric("scoring_queue_length") < len(values):
            pass
        server.gate.touch()
        assert first.result().json() == ["alone", "wait"]
        return [one.result() for one in asked]


def test_everybody_gets_the_answer_to_what_they_asked(server):
    running = server()
    answers = at_once(running, list(range(20)))
    assert [answer.json() for answer in answers] == [["together", value] for value in range(20)]
    assert sum(running.score("calls").json()) == 21
    assert running.metric("scoring_batch_requests_sum") == 20
    assert running.metric("scoring_batch_requests_count") < 20


def test_a_bad_request_fails_alone(server):
    answers = at_once(server(), [1, "bad", 2])
    assert [answer.status_code for answer in answers] == [200, 500, 200]
    assert answers[0].json() == ["alone", 1]


def test_too_few_answers_are_nobodys(server):
    running = server()
    answers = at_once(running, [1, "short"])
    assert [answer.json() for answer in answers] == [["alone", 1], ["alone", "short"]]
    assert any(
        "run_batch() returned 0 answers for 2 requests" in str(line) for line in running.lines()
    )


def test_batching_can_be_switched_off(server):
    answers = at_once(server(SLIPWAY_BATCHING="false"), [1, 2])
    assert [answer.json() for answer in answers] == [["alone", 1], ["alone", 2]]


def test_a_function_that_takes_no_list_is_refused_at_the_start(tmp_path, clean_environment):
    import subprocess
    import sys

    text = "def init(): pass\ndef run(data): return 1\ndef run_batch(): return []\n"
    (tmp_path / "score.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "serve", "--source", tmp_path, "--port", "0"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 3
    said = [json.loads(line)["message"] for line in done.stderr.splitlines()]
    assert any("run_batch() must take one argument: the list of requests" in line for line in said)
