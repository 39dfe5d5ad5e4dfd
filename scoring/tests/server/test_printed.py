"""Standard output, by whatever way a script writes there."""

import json
import subprocess
import sys
import time

import pytest

SCRIPT = """
import codecs, ctypes, faulthandler, io, logging, os, subprocess, sys
def init():
    exec(os.environ.get("AT_START", ""))
def run(data):
    exec(data)
    return "done"
"""

WAYS = {
    "text": "print('it is said')",
    "text without an end": "print('it is', end=' '); sys.stdout.write('said')",
    "text at once": "print('it is said', flush=True)",
    "lines": "sys.stdout.writelines(['it is said\\n'])",
    "bytes": "sys.stdout.buffer.write(b'it is said\\n')",
    "bytes without an end": "sys.stdout.buffer.write(b'it is said'); sys.stdout.flush()",
    "descriptor": "os.write(sys.stdout.fileno(), b'it is said\\n')",
    "C": "ctypes.CDLL(None).puts(b'it is said'); ctypes.CDLL(None).fflush(None)",
    "program": "subprocess.run(['echo', 'it is said'], stdout=sys.stdout, check=True)",
    "program that inherits": "subprocess.run(['echo', 'it is said'], check=True)",
    "other encoding": "codecs.getwriter('utf-8')(sys.stdout.buffer).write('it is said\\n')",
    "wrapper": "w = io.TextIOWrapper(sys.stdout.buffer); w.write('it is said\\n'); w.detach()",
    "reconfigured": "sys.stdout.reconfigure(line_buffering=True, encoding='utf-8'); print('it is said')",
    "Python's own": "sys.__stdout__.write('it is said\\n')",
    "a handler": "logging.StreamHandler(sys.stdout).emit(logging.makeLogRecord({'msg': 'it is said'}))",
}


@pytest.fixture
def server(serving):
    return serving(SCRIPT)


def said(server):
    return [line["message"] for line in server.lines() if line["logger"] == "stdout"]


def test_every_way_of_printing_makes_lines_of_the_log(server):
    for way, code in WAYS.items():
        before = len(said(server))
        assert server.score(code.encode()).json() == "done", way
        until = time.monotonic() + 30
        while len(said(server)) == before:
            assert time.monotonic() < until, way
            time.sleep(0.02)
    assert server.stop() == 0
    assert said(server) == ["it is said"] * len(WAYS)


def test_standard_output_is_a_file_like_any_other(server):
    server.score(
        b"print([sys.stdout.fileno(), sys.stdout.name, sys.stdout.mode, sys.stdout.encoding, sys.stdout.closed,"
        b" sys.stdout.errors, isinstance(sys.stdout, io.TextIOWrapper)])"
    )
    server.score(b"faulthandler.dump_traceback(sys.stdout)")
    server.stop()
    first, *others = said(server)
    assert first == "[1, '<stdout>', 'w', 'utf-8', False, 'backslashreplace', True]"
    assert any("in run" in line for line in others)


def test_nothing_that_was_printed_is_lost_at_the_end(serving):
    server = serving(SCRIPT)
    server.score(b"os.write(1, b'x' * 300_000 + b'\\nno end')")
    assert server.stop() == 0
    text = "".join(said(server))
    assert text == "x" * 300_000 + "no end"


def test_a_loud_start_is_a_start_and_all_of_it_is_in_the_log(serving):
    """No UTF-8, a NUL, a colour, and six megabytes without an end of line."""
    start = r"sys.stdout.buffer.write(b'\xff\xfe\x00\x1b[31m odd\n' + b'x' * 6_000_000 + b'\n'); sys.stdout.flush()"
    server = serving(SCRIPT, AT_START=start)
    assert server.score(b"print('and serves')").json() == "done"
    assert server.stop() == 0
    first, *others, last = said(server)
    assert first.endswith("\x00\x1b[31m odd")
    assert (sum(map(len, others)), set("".join(others))) == (6_000_000, {"x"})
    assert max(map(len, others)) < 200_000
    assert last == "and serves"


def test_what_is_printed_before_a_failed_start_is_in_the_log(serving):
    start = "sys.stdout.buffer.write(b'looked at it\\n'); print('half', end=''); raise ValueError"
    server = serving(SCRIPT, ready=False, AT_START=start)
    assert server.process.wait(120) == 3
    assert {"looked at it", "half"} == set(said(server))


def test_a_handler_that_prints_each_record_prints_it_once(serving):
    start = "logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))"
    server = serving(SCRIPT, AT_START=start)
    assert server.score(b"logging.getLogger('mine').warning('odd'); print('even')").json() == "done"
    server.stop()
    assert (said(server).count("odd"), said(server).count("even")) == (1, 1)


def test_a_handler_on_pythons_own_standard_output_does_not_go_round(serving):
    start = "logging.getLogger().addHandler(logging.StreamHandler(sys.__stdout__))"
    server = serving(SCRIPT, AT_START=start)
    server.score(b"logging.getLogger('mine').warning('odd')")
    server.wait_for("odd")
    time.sleep(0.3)
    server.stop()
    assert said(server).count("odd") == 1


def test_a_script_may_close_it(server):
    assert server.score(b"os.close(1)").json() == "done"
    assert server.score(b"print('still')").json() == "done"
    assert server.stop() == 0
    assert said(server) == ["still"]


def test_a_server_without_standard_output(tmp_path):
    (tmp_path / "score.py").write_text(
        "def init():\n    print('here')\n    raise ValueError\ndef run(data): pass\n"
    )
    command = [sys.executable, "-m", "scoring", "serve", "--source", str(tmp_path), "--port", "0"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command],
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    assert done.returncode == 3
    assert "here" in [json.loads(line)["message"] for line in done.stderr.splitlines()]


def test_check_prints_its_answer_and_nothing_else(command, tmp_path):
    start = (
        "import subprocess\ndef init(): subprocess.run(['echo', 'loading'])\ndef run(data): pass\n"
    )
    (tmp_path / "score.py").write_text(start)
    done = command("check", "--source", tmp_path, "--json")
    assert json.loads(done.stdout)["entry_script"]
