"""Work that must reach its end, done in a child process: what it runs may end its process from within."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from scoring.errors import ScoringError, StartupFailed

_PASSED_ON = (signal.SIGTERM, signal.SIGINT)
# As shells show a process that a signal has ended.
_SIGNALLED = 128
_END = b"\0"
# More than a path and an exit code take, and no more than a pipe holds while nobody reads.
_LONGEST_REPORT = 8192

#: Names what is run next.
Name = Callable[[str], None]


def run(work: Callable[[Name], int]) -> int:
    """The exit code of `work`. To be called before threads begin.

    In the child this returns or raises what `work` does, so that the child ends as this process would have. Raises
    ScoringError where the child ended in the middle.
    """
    if sys.platform == "linux":
        return _in_child(work)
    return work(lambda _: None)


if sys.platform == "linux":

    def _in_child(work: Callable[[Name], int]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        hears, says = os.pipe()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {*_PASSED_ON, signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            os.close(hears)
            return _telling(work, says)
        os.close(says)
        return _judged(_ended(pid), heard(hears))

    def _ended(pid: int) -> int:
        """Waits for its end, and passes on the signals that only this process got: a terminal sends to both."""
        while True:
            got = signal.sigwaitinfo({*_PASSED_ON, signal.SIGCHLD})
            if got.si_signo == signal.SIGCHLD:
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    return os.waitstatus_to_exitcode(status)
            elif got.si_code <= 0:
                os.kill(pid, got.si_signo)


def _telling(work: Callable[[Name], int], says: int) -> int:
    """Ends with what it said, even where an exit handler of the script's ends the process otherwise."""
    code = 1
    try:
        code = work(lambda name: _say(says, os.fsencode(name)))
    except ScoringError as error:
        code = error.exit_code
        raise
    finally:
        # Not reached by os._exit() or a signal.
        _say(says, _END + str(code).encode())
    return code


def _say(says: int, what: bytes) -> None:
    os.write(says, what)


def heard(hears: int) -> bytes:
    """What a child that has ended said into the other end of this pipe, which is closed.

    Processes that a script left behind may still hold the other end: nothing is waited for.
    """
    os.set_blocking(hears, False)
    try:
        return os.read(hears, _LONGEST_REPORT)
    except BlockingIOError:
        return b""
    finally:
        os.close(hears)


def _judged(code: int, report: bytes) -> int:
    name, ended, said = report.partition(_END)
    if ended:
        return _SIGNALLED - code if code < 0 else code or int(said)
    what = os.fsdecode(name) or "The start"
    if code >= 0:
        raise StartupFailed(
            f"{what} ended the process (exit code {code}); it must return to be served"
        )
    error = ScoringError(f"{what} was ended by {signal.Signals(-code).name}")
    error.exit_code = _SIGNALLED - code
    raise error
