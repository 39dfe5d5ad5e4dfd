"""A command that waits for Azure says so, and ends when it is told to."""

import signal
import subprocess
import sys

# Several threads wait, as they do where several places are searched. They begin when the main thread waits for them:
# Python's own start of a thread does not survive a Ctrl-C in its middle.
WAITING = """
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from slipway.cli.main import app
from slipway.cloud.patience import PATIENCE

def functions(frame):
    while frame:
        yield frame.f_code.co_name
        frame = frame.f_back

def wait_in_a_thread(name):
    main = threading.main_thread().ident
    while not {"result", "wait"} <= {*functions(sys._current_frames()[main])}:
        time.sleep(0.01)
    PATIENCE.wait(600, f"{name} is busy")

@app.command("busy")
def busy():
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(wait_in_a_thread, ["one", "other"]))

app(["busy"])
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
