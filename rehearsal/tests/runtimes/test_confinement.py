"""A container as a process sees its own files and nothing else of its user's, where the kernel has Landlock."""

import json

import pytest

from rehearsal.machine import landlock
from rehearsal.runtimes.process.runtime import ProcessRuntime

ATTEMPTS = """\
import json, os, sys
def attempt(work):
    try:
        work()
    except PermissionError:
        return "refused"
    except OSError as error:
        return repr(error)
    return "done"
other, state = int(sys.argv[1]), os.environ["STATE"][1:] + "/"
seen = {
    "environment": attempt(lambda: open(f"/proc/{other}/environ", "rb").read()),
    "memory": attempt(lambda: open(f"/proc/{other}/mem", "rb").read(1)),
    "files": attempt(lambda: os.listdir(f"/proc/{other}/root/")),
    "key": attempt(lambda: open(state + "identity.json").read()),
    "state": attempt(lambda: os.listdir(state)),
    "write": attempt(lambda: open(state + "new", "w")),
    "record": attempt(lambda: open(os.environ["TMPDIR"] + "/../run.json", "w")),
    "kill": attempt(lambda: os.kill(other, 0)),
}
print(json.dumps(seen), flush=True)
"""
WRITES = """\
import os, sys
place = os.path.dirname(os.path.abspath(__file__))
def attempt(work):
    try:
        work()
    except PermissionError:
        return "refused"
    return "done"
print(attempt(lambda: open(__file__, "a").close()), attempt(lambda: open(place + "/new", "w").close()),
      attempt(lambda: open(os.environ["TMPDIR"] + "/new", "w").close()), flush=True)
"""
AS_SOMEBODY = (
    "FROM python:{python}-slim\nLABEL io.slipway.python={python}\nCOPY app/ /var/app/\nUSER 1000:1000\n"
    'CMD ["python","/var/app/main.py"]\n'
)
WORKS = """\
import ctypes, multiprocessing, os, ssl, subprocess, sys, tempfile, threading
def double(number):
    return 2 * number
if __name__ == "__main__":
    with tempfile.NamedTemporaryFile() as file, open("/dev/null", "w"), open("/dev/stdout", "a") as again:
        file.write(b"x")
        open("own", "w").close()
        os.rename("own", os.environ["TMPDIR"] + "/moved")
        subprocess.run([sys.executable, "-c", "print('child')"], check=True)
        subprocess.run(["/bin/sh", "-c", "kill -0 $PPID && echo shell"], check=True)
        with multiprocessing.Pool(2) as pool:
            print(pool.map(double, [1, 2]), flush=True)
        ssl.create_default_context()
        print(open("/mnt/keys/key.pem".replace("/mnt/keys", sys.argv[1])).read(), file=again, flush=True)
"""


@pytest.fixture
def runtime(places):
    made = ProcessRuntime(places.state, places.cache, places.ca, back_off=0.05)
    yield made
    made.recover(())


@pytest.mark.skipif(not landlock.abi(), reason="this kernel has no Landlock")
def test_a_script_reaches_nothing_outside(runtime, group, push, server_image, places, until):
    (places.state / "identity.json").parent.mkdir(exist_ok=True)
    (places.state / "identity.json").write_text("the signing key")
    other = group(push("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)\n"))
    runtime.start(other)
    number = until(lambda: runtime.logs(other.id, "app")).strip()
    curious = group(
        push(ATTEMPTS),
        restart_policy="Never",
        command=("python", "/var/app/main.py", number),
        environment={"STATE": f"@{places.state}"},
    )
    runtime.start(curious)
    seen = json.loads(until(lambda: runtime.logs(curious.id, "app")))
    if landlock.abi() < 6:
        del seen["kill"]
    assert seen == dict.fromkeys(seen, "refused")
    assert runtime.state(other.id)[0].state == "Running"


def test_what_programs_need_is_there(runtime, group, push, until):
    made = group(
        push(WORKS),
        restart_policy="Never",
        files={"/mnt/keys": {"key.pem": b"private"}},
        command=("python", "/var/app/main.py", "/mnt/keys"),
    )
    runtime.start(made)
    until(lambda: runtime.state(made.id)[0].state == "Terminated")
    assert runtime.logs(made.id, "app") == "child\nshell\n[2, 4]\nprivate\n"


@pytest.mark.skipif(not landlock.abi(), reason="this kernel has no Landlock")
@pytest.mark.parametrize(
    ("user", "seen"), [("1000:1000", "refused refused done"), ("0", "done done done")]
)
def test_an_images_files_are_roots(runtime, places, group, push, until, user, seen):
    """Others only read them, and so share those of the cache; what root does to them is no other container's affair."""
    made = group(
        push(WRITES, dockerfile=AS_SOMEBODY.replace("1000:1000", user)), restart_policy="Never"
    )
    runtime.start(made)
    assert until(lambda: runtime.logs(made.id, "app")).strip() == seen
    (cached,) = (places.cache / "layers-unpacked").rglob("main.py")
    (root,) = (places.cache / "rootfs").glob("*/*")
    (own,) = root.resolve().rglob("main.py")
    assert (own.stat().st_ino == cached.stat().st_ino) == (user != "0")
