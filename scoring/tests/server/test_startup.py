"""What one sees when a server starts, or does not."""

import json
import signal
import socket
import subprocess
import sys

import pytest

FAILING = "def init():\n    print('looking')\n    raise ValueError('no model here')\ndef run(data):\n    return data\n"


def write(folder, text):
    (folder / "score.py").write_text(text)
    return folder


def test_a_failing_init_shows_its_traceback_and_the_models_and_exits_3(command, tmp_path):
    models = tmp_path / "models"
    (models / "ridge" / "1").mkdir(parents=True)
    (models / "ridge" / "1" / "model.pkl").touch()
    write(tmp_path, FAILING)
    done = command("serve", "--source", tmp_path, "--port", 0, AZUREML_MODEL_DIR=str(models))
    assert done.returncode == 3
    lines = [json.loads(text) for text in done.stderr.splitlines()]
    assert any("ValueError: no model here" in line.get("exception", "") for line in lines)
    assert any(line["message"].strip() == "model.pkl" for line in lines)
    assert any(line["message"] == "looking" and line["logger"] == "stdout" for line in lines)
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)


def test_every_worker_process_gives_up_when_init_fails(command, tmp_path):
    write(tmp_path, FAILING)
    assert command("serve", "--source", tmp_path, "--port", 0, "--workers", 2).returncode == 3


def test_scripts_that_cannot_serve_are_refused_in_a_sentence(command, tmp_path):
    cases = {
        "def init(): pass\n": "defines no function run()",
        "def run(data): return data\n": "defines no function init()",
        "def init(): pass\ndef run(*data): return data\n": "cannot accept positional-only arguments",
        "def init(): pass\ndef run(): return 1\n": "needs to accept an argument",
        "def init(): pass\ndef run(request_headers): return 1\n": 'other than "request_headers"',
        "def init(): pass\ndef run(data):\n    yield data\n": "run() is a generator function",
        "def init(): pass\nasync def run(data): return data\n": "run() is async",
        "import nowhere\n": "No module named 'nowhere'",
        "def init(:\n": "SyntaxError",
    }
    for text, said in cases.items():
        done = command("check", "--source", write(tmp_path, text), "--json")
        assert done.returncode == 3, text
        assert said in done.stderr, text
        assert said in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("import os\ndef init(): os._exit(0)\n", 3, "ended the process (exit code 0)"),
        ("import os\nos._exit(7)\n", 3, "ended the process (exit code 7)"),
        ("import os\ndef init(): os.kill(os.getpid(), 9)\n", 137, "was ended by SIGKILL"),
    ],
)
def test_check_passes_only_what_reaches_its_end(command, tmp_path, text, code, said):
    folder = write(tmp_path, f"{text}def run(data): return data\n")
    done = command("check", "--source", folder, "--json")
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"scoring: init() of {folder / 'score.py'}, or its import, {said}")


def test_check_fails_where_an_exit_handler_hides_the_failure(command, tmp_path):
    text = "import atexit, os\natexit.register(os._exit, 0)\ndef init(): raise ValueError\n"
    assert command("check", "--source", write(tmp_path, f"{text}run = print\n")).returncode == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_check_ends_at_a_signal(tmp_path, number):
    text = "import time\ndef init():\n    print('waiting')\n    time.sleep(600)\n"
    write(tmp_path, f"{text}def run(data): return data\n")
    asked = [sys.executable, "-m", "scoring", "check", "--source", tmp_path]
    with subprocess.Popen(
        asked,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background inherit that SIGINT is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        seen = next(line for line in process.stderr if "waiting" in line)
        process.send_signal(number)
        rest = process.stderr.read()
    code, said = {
        signal.SIGINT: (3, "failed: KeyboardInterrupt"),
        signal.SIGTERM: (143, "was ended by SIGTERM"),
    }[number]
    assert (process.returncode, said in rest) == (code, True), seen + rest


def test_all_wrong_settings_are_named_at_once(command, tmp_path):
    write(tmp_path, "def init(): pass\ndef run(data): return data\n")
    done = command(
        "serve",
        "--source",
        tmp_path,
        "--tls-cert",
        "c.pem",
        SCORING_TIMEOUT_MS="soon",
        WORKER_COUNT="0",
        AZUREML_LOG_LEVEL="LOUD",
    )
    assert done.returncode == 2
    for name in (
        "SCORING_TIMEOUT_MS is 'soon'",
        "WORKER_COUNT is '0'",
        "AZUREML_LOG_LEVEL is 'LOUD'",
        "--tls-key",
    ):
        assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_named(command, tmp_path):
    write(tmp_path, "def init(): pass\ndef run(data): return data\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("serve", "--source", tmp_path, "--port", port)
    assert done.returncode == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in done.stderr
    assert "--port" in done.stderr


def test_an_empty_directory_is_refused(command, tmp_path):
    done = command("serve", "--source", tmp_path, "--port", 0)
    assert done.returncode != 0
    assert str(tmp_path) in done.stderr
    assert "Traceback" not in done.stderr


def test_check_tells_what_run_takes(command, tmp_path):
    write(tmp_path, "def init(): pass\ndef run(data, request_headers): return data\n")
    found = json.loads(command("check", "--source", tmp_path, "--json").stdout)
    assert found["entry_script"]["parameters"] == ["data"]
    assert found["entry_script"]["input"] == "JSON text"
    assert found["entry_script"]["request_headers"] is True


def test_printed_text_and_logs_of_run_carry_the_request_id(serving):
    server = serving(
        "import logging\ndef init(): pass\n"
        "def run(data):\n    print('seen', data)\n    logging.getLogger('mine').warning('odd')\n    return 1\n"
    )
    assert server.score(b"7", headers={"x-request-id": "abc"}).json() == 1
    server.stop()
    said = {line["message"]: line for line in server.lines()}
    assert said["seen 7"]["request_id"] == said["odd"]["request_id"] == "abc"
    access = said["POST /score 200"]
    assert (access["request_id"], access["status"], access["path"]) == ("abc", 200, "/score")
