"""Our own language host over gRPC, without an engine: how it ends, and how it ends its children."""

import os
import signal
import subprocess
import sys

import grpc
import psutil
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from tools import places, toolchain

pytestmark = pytest.mark.engine

STUCK = "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)\n"


# What older engines, and language hosts built with one, pass when they load a schema.
OPTIONS = ["-root=/project", "-virtualenv=env", "-toolchain=pip", "-typechecker=mypy"]


@pytest.fixture
def host(request):
    """The host as the engine starts it: a process group of its own, and a pipe as its input."""
    binary = places.build_folder() / "bin" / places.HOST
    if not binary.exists():
        if toolchain.find() is None:
            pytest.fail("there is no Pulumi toolchain: make toolchain", pytrace=False)
        pytest.skip("the vendor's own language host is in use; ours is not built")
    with subprocess.Popen(
        [binary, *getattr(request, "param", []), "127.0.0.1:1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def client(host):
    port = int(host.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield language_pb2_grpc.LanguageRuntimeStub(channel)


def asked(folder, program, *args, kind="resource"):
    (folder / "__main__.py").write_text(program)
    info = language_pb2.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point="."
    )
    info.options.update({"virtualenv": sys.prefix})
    return language_pb2.RunPluginRequest(
        info=info, pwd=str(folder), args=args, env=["GIVEN=two"], kind=kind
    )


def gone(pid):
    try:
        psutil.Process(pid).wait(10)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


@pytest.mark.parametrize("host", [[], OPTIONS], ids=["", "runtime options"], indirect=True)
def test_run_plugin_passes_on_what_is_printed(client, tmp_path):
    program = (
        "import os, sys\nprint(sys.argv[1], os.environ['GIVEN'])\n"
        "sys.stderr.write('oops')\nsys.exit(5)\n"
    )
    answers = list(client.RunPlugin(asked(tmp_path, program, "one")))
    assert b"".join(a.stdout for a in answers) == b"one two\n"
    assert b"".join(a.stderr for a in answers) == b"oops"
    assert answers[-1].exitcode == 5


def test_an_environment_of_another_tool_is_left_alone(client, tmp_path):
    """As uv makes them. The engine asks for this when it reads a plugin's schema."""
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    before = (environment / "pyvenv.cfg").stat().st_mtime_ns
    info = language_pb2.ProgramInfo(root_directory=str(tmp_path), program_directory=str(tmp_path))
    info.options.update({"virtualenv": "env"})
    answers = client.InstallDependencies(language_pb2.InstallDependenciesRequest(info=info))
    assert b"stays as it is" in b"".join(answer.stdout for answer in answers)
    assert (environment / "pyvenv.cfg").stat().st_mtime_ns == before


@pytest.fixture
def stuck(client, tmp_path):
    """A provider that does not end by itself: its process id, and the stream of its answers."""
    answers = client.RunPlugin(asked(tmp_path, STUCK))
    return int(next(answers).stdout), answers


def test_cancel_ends_a_policy_pack(client, tmp_path):
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    answers = client.RunPlugin(asked(tmp_path, STUCK, "127.0.0.1:1", kind="analyzer"))
    pid = int(next(answers).stdout)
    client.Cancel(empty_pb2.Empty())
    assert gone(pid)
    assert [*answers][-1].exitcode == -1


def test_cancel_leaves_a_provider_to_finish_what_it_does(client, stuck):
    """The engine tells it of the cancellation itself."""
    pid, answers = stuck
    client.Cancel(empty_pb2.Empty())
    with pytest.raises(psutil.TimeoutExpired):
        psutil.Process(pid).wait(1)
    answers.cancel()
    assert gone(pid)


def test_a_call_that_is_given_up_ends_its_program(stuck):
    pid, answers = stuck
    answers.cancel()
    assert gone(pid)


def test_an_interrupt_ends_host_and_program_without_a_word(host, stuck):
    pid, _ = stuck
    os.killpg(host.pid, signal.SIGINT)
    assert gone(pid)
    assert host.wait(10) == 0


def test_when_the_engine_is_gone_everything_is(host, stuck):
    pid, _ = stuck
    host.stdin.close()
    assert gone(pid)
    assert host.wait(10) == -signal.SIGKILL
