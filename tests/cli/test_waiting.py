"""A command that waits for Azure says so, and ends when it is told to."""

import signal
import subprocess
import sys

# Several threads wait, as they do where several places are searched.
WAITING = """
from concurrent.futures import ThreadPoolExecutor
from slipway.cli.main import app
from slipway.cloud.patience import PATIENCE

@app.command("wait")
def wait():
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda name: PATIENCE.wait(600, f"{name} is busy"), ["one", "other"]))

app(["wait"])
"""


def test_ctrl_c_ends_a_wait_in_every_thread():
    command = [sys.executable, "-c", WAITING]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        told = {it.stderr.readline(), it.stderr.readline()}
        it.send_signal(signal.SIGINT)
        _, more = it.communicate(timeout=120)
    assert told == {
        "one is busy; asking again in 600 s\n",
        "other is busy; asking again in 600 s\n",
    }
    assert it.returncode != 0
    assert "Traceback" not in more
