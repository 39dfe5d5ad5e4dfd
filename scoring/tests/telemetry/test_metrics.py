"""What Prometheus is told."""

import concurrent.futures
import os
import signal
import time

import psutil
import pytest

from scoring.http.message import Request, Response
from scoring.telemetry import exposition
from scoring.telemetry.cells import Cells
from scoring.telemetry.instruments import Instruments
from scoring.telemetry.metrics import Metrics

SCRIPT = """
import json, time
from prometheus_client import Counter
rows = Counter("my_rows", "Rows that were scored")
def init(): pass
def run(raw):
    data = json.loads(raw)["data"]
    rows.inc(len(data))
    time.sleep(0.002)
    return {"rows": len(data)}
"""


def ask_many(server, count, threads=12):
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(lambda _: server.score({"data": [1, 2]}), range(count)))
    assert all(answer.status_code == 200 for answer in answers)
    # A client has its answer a moment before it is counted.
    until = time.monotonic() + 30
    while server.metric("scoring_requests_total", route="/score", status="200") < count:
        assert time.monotonic() < until


def test_every_worker_tells_the_numbers_of_all(start_server):
    server = start_server(SCRIPT, "--workers", "3")
    ask_many(server, 120)
    for _ in range(6):
        assert server.metric("scoring_requests_total", route="/score", status="200") == 120
        assert server.metric("scoring_request_seconds_count", route="/score") == 120
        assert server.metric("scoring_compute_seconds_count", route="/score") == 120
        assert server.metric("my_rows_total") == 240


def test_what_a_killed_worker_has_counted_stays(start_server):
    server = start_server(SCRIPT, "--workers", "2")
    ask_many(server, 40)
    victim = psutil.Process(server.process.pid).children()[0]
    os.kill(victim.pid, signal.SIGKILL)
    until = time.monotonic() + 30
    while server.metric("scoring_ready_workers") != 2 or victim.is_running():
        assert time.monotonic() < until
        time.sleep(0.1)
    assert server.metric("scoring_requests_total", route="/score", status="200") == 40


def test_outcomes_are_told_apart(start_server):
    server = start_server(SCRIPT)
    server.score({"data": [1]})
    server.score({"nothing": 1})
    server.ask("GET", "/elsewhere")
    server.ask("PUT", "/score")
    assert server.metric("scoring_requests_total", route="/score", method="POST", status="200") == 1
    assert server.metric("scoring_requests_total", route="/score", method="POST", status="500") == 1
    assert server.metric("scoring_requests_total", route="", method="GET", status="404") == 1
    assert server.metric("scoring_compute_seconds_sum", route="/score") >= 0.002


def test_requests_in_progress_are_seen_while_they_are(start_server):
    server = start_server(
        "import time\ndef init(): pass\ndef run(data):\n    time.sleep(2)\n    return 1\n"
    )
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(server.score, {}) for _ in range(3)]
        until = time.monotonic() + 10
        while server.metric("scoring_requests_in_progress") < 4:  # the three, and this question
            assert time.monotonic() < until
        assert server.metric("scoring_running") == 1
        assert server.metric("scoring_queue_length") == 2
        for future in asked:
            future.cancel()
        server.process.kill()


def test_metrics_ask_for_the_key_unless_opened(start_server):
    closed = start_server(SCRIPT, SLIPWAY_PRIMARY_KEY="one-secret-key-of-ours")
    assert closed.ask("GET", "/metrics").status_code == 401
    headers = {"Authorization": "Bearer one-secret-key-of-ours"}
    assert closed.ask("GET", "/metrics", headers=headers).status_code == 200
    opened = start_server(
        SCRIPT, SLIPWAY_PRIMARY_KEY="one-secret-key-of-ours", SLIPWAY_METRICS_OPEN="true"
    )
    assert opened.ask("GET", "/metrics").status_code == 200


def test_open_metrics_is_one_document(start_server):
    answer = start_server(SCRIPT).ask(
        "GET", "/metrics", headers={"Accept": "application/openmetrics-text"}
    )
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.count("# EOF") == 1
    assert answer.text.endswith("# EOF\n")


def test_batches_of_models_without_code_are_counted(start_server, ridge_folder):
    server = start_server(ridge_folder, "--trust-pickle")
    server.score({"data": [[0.0] * 10] * 5})
    assert server.metric("scoring_batch_rows_sum", model="model") == 5
    assert server.metric("scoring_batch_requests_sum", model="model") == 1
    assert server.metric("scoring_requests_total", route="/score", model="model", status="200") == 1


def answered(route, status=200):
    request = Request("POST", route)
    request.outcome.route = route
    return request, Response(status)


def samples(instruments, name):
    return [
        s
        for family in exposition.Families(instruments).collect()
        for s in family.samples
        if s.name == name
    ]


def test_series_beyond_the_cells_are_counted_together(tmp_path):
    instruments = Instruments(tmp_path)
    instruments.cells = Cells(tmp_path, capacity=60)
    counter = instruments.counter("things", "Things", ("kind",))
    for number in range(200):
        counter.add((str(number),))
    found = {sample.labels["kind"]: sample.value for sample in samples(instruments, "things_total")}
    assert sum(found.values()) == 200
    assert found["overflow"] == 200 - 59


def test_methods_nobody_knows_make_no_series():
    metrics = Metrics(Instruments(None))
    for number in range(300):
        request, response = answered("", 404)
        request.method = f"M{number}"
        metrics.observe(request, response)
    found = samples(metrics.instruments, "scoring_requests_total")
    assert [(s.labels["method"], s.value) for s in found] == [("other", 300)]


@pytest.mark.parametrize("seconds", [0.0001, 0.003, 60])
def test_histograms_are_cumulative(seconds):
    metrics = Metrics(Instruments(None))
    request, response = answered("/score")
    request.outcome.total_seconds = seconds
    metrics.observe(request, response)
    buckets = [s.value for s in samples(metrics.instruments, "scoring_request_seconds_bucket")]
    assert buckets == sorted(buckets)
    assert buckets[-1] == 1
    assert samples(metrics.instruments, "scoring_request_seconds_sum")[0].value == pytest.approx(
        seconds
    )
