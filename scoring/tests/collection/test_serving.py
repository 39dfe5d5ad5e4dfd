"""Collection by a running server, into a directory."""

import json
import time

import pytest

SCRIPT = """
import json
def init(): pass
def run(raw):
    return {"sum": sum(json.loads(raw)["data"])}
"""


def written(folder):
    return [
        json.loads(line)
        for path in sorted(folder.rglob("*.jsonl"))
        for line in path.read_text().splitlines()
    ]


def test_inputs_outputs_and_failures_are_kept(start_server, tmp_path):
    server = start_server(SCRIPT, SLIPWAY_COLLECT=str(tmp_path / "kept"))
    server.score(
        {"data": [1, 2]}, headers={"x-request-id": "first", "x-ms-client-request-id": "theirs"}
    )
    server.score({"data": "ab"}, headers={"x-request-id": "second"})
    server.ask("GET", "/")
    server.ask("GET", "/nowhere")
    assert server.stop() == 0
    first, second = written(tmp_path / "kept" / "requests")
    assert (first["request_id"], first["client_request_id"]) == ("first", "theirs")
    assert (first["inputs"], first["outputs"], first["status"]) == (
        {"data": [1, 2]},
        {"sum": 3},
        200,
    )
    assert first["time"].endswith("+00:00")
    assert first["seconds"] > 0
    assert (second["request_id"], second["status"], second["inputs"]) == (
        "second",
        500,
        {"data": "ab"},
    )
    assert second["error"].startswith("TypeError: ")


def test_parquet(start_server, tmp_path):
    from pyarrow import parquet

    server = start_server(SCRIPT, SLIPWAY_COLLECT=str(tmp_path), SLIPWAY_COLLECT_FORMAT="parquet")
    for number in range(5):
        server.score({"data": [number]})
    server.stop()
    (path,) = tmp_path.rglob("*.parquet")
    rows = parquet.read_table(path).to_pylist()
    assert [json.loads(row["outputs"])["sum"] for row in rows] == list(range(5))
    assert {row["status"] for row in rows} == {200}


def test_paths_and_the_scripts_own_hook_redact(start_server, tmp_path):
    script = (
        SCRIPT
        + """
def redact(record):
    record.pop("client_request_id")
    return None if record["status"] == 500 else record
"""
    )
    server = start_server(
        script,
        SLIPWAY_COLLECT=str(tmp_path),
        SLIPWAY_COLLECT_REDACT="$.inputs.name $..card[*].number",
    )
    server.score({"data": [1], "name": "Ng", "card": [{"number": "4111"}]})
    server.score({"data": ["not a number"], "name": "Ng"})
    server.stop()
    (record,) = written(tmp_path)
    text = json.dumps(record)
    assert "Ng" not in text
    assert "4111" not in text
    assert record["inputs"]["data"] == [1]
    assert "client_request_id" not in record


def test_what_paths_cannot_read_is_not_kept(start_server, tmp_path):
    server = start_server(
        SCRIPT, SLIPWAY_COLLECT=str(tmp_path), SLIPWAY_COLLECT_REDACT="$.inputs.name"
    )
    server.ask("POST", "/score", content=b'{"data": [1], "name": "Ng"')
    server.stop()
    (record,) = written(tmp_path)
    assert record["status"] == 500
    assert "Ng" not in json.dumps(record)


def test_a_sample_still_has_all_failures(start_server, tmp_path):
    server = start_server(SCRIPT, SLIPWAY_COLLECT=str(tmp_path), SLIPWAY_COLLECT_SAMPLE_PERCENT="0")
    for _ in range(10):
        server.score({"data": [1]})
    server.score({"data": 1})
    server.stop()
    assert [record["status"] for record in written(tmp_path)] == [500]


def test_large_bodies_are_left_out_by_name(start_server, tmp_path):
    server = start_server(
        SCRIPT, SLIPWAY_COLLECT=str(tmp_path), SLIPWAY_COLLECT_RECORD_BYTES="1024"
    )
    server.score({"data": [1] * 2000})
    server.stop()
    (record,) = written(tmp_path)
    assert record["omitted"] == ["inputs"]
    assert (record["inputs"], record["outputs"]) == (None, {"sum": 2000})


def test_models_without_code_are_collected(start_server, tmp_path, ridge_folder):
    server = start_server(ridge_folder, "--trust-pickle", SLIPWAY_COLLECT=str(tmp_path))
    server.score({"data": [[0.0] * 10]})
    server.stop()
    (record,) = written(tmp_path)
    assert (record["model"], record["version"], record["inputs"]) == (
        "model",
        "1",
        {"data": [[0.0] * 10]},
    )


def test_lines_are_written_while_the_server_runs(start_server, tmp_path):
    server = start_server(
        SCRIPT, SLIPWAY_COLLECT=str(tmp_path), SLIPWAY_COLLECT_FLUSH_SECONDS="0.1"
    )
    server.score({"data": [1]})
    until = time.monotonic() + 30
    while not written(tmp_path):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert server.metric("scoring_collection_records_total", fate="written") == 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"SLIPWAY_COLLECT": "ftp://x"}, "must be a directory"),
        ({"SLIPWAY_COLLECT": "/proc/none"}, "cannot be made"),
        ({"SLIPWAY_COLLECT": "x", "SLIPWAY_COLLECT_REDACT": "name"}, "does not begin with"),
        (
            {"SLIPWAY_COLLECT": "x", "SLIPWAY_COLLECT_SAMPLE_PERCENT": "101"},
            "SLIPWAY_COLLECT_SAMPLE_PERCENT is '101'",
        ),
        ({"SLIPWAY_COLLECT": "eventhub://ns"}, "eventhub://NAMESPACE/HUB"),
    ],
)
def test_wrong_settings_are_told_in_a_sentence(start_server, tmp_path, settings, sentence):
    with pytest.raises(AssertionError) as failed:
        start_server(SCRIPT, **settings)
    assert sentence in str(failed.value)
    assert "Traceback" not in str(failed.value)
