"""Runs one Pulumi program for the language host, in the Python that the project names.

The host starts this file with the engine's addresses as arguments and the configuration in
`PULUMI_CONFIG` and `PULUMI_CONFIG_SECRET_KEYS`. It needs nothing but the Pulumi SDK.

Leaves with 0; with 32 when the user has been told what is wrong; with 1 when there is no SDK.
"""

import argparse
import asyncio
import logging
import os
import runpy
import signal
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOLD_THE_USER = 32
THREADS_PER_RESOURCE = 4  # a registration waits in several calls at once


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run a Pulumi program")
    for name in ("monitor", "engine", "project", "stack", "organization", "root-directory", "pwd"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--parallel", type=int, required=True)
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("program")
    parser.add_argument("args", nargs="*")
    return parser.parse_args()


def configure(args: argparse.Namespace) -> None:
    """Connect the SDK to the engine."""
    runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
    runtime.configure(
        runtime.Settings(
            monitor=args.monitor,
            engine=args.engine,
            project=args.project,
            stack=args.stack,
            organization=args.organization,
            root_directory=args.root_directory,
            dry_run=args.dry_run,
            parallel=args.parallel,
        )
    )


def run(args: argparse.Namespace) -> int:
    """Run the program to its end and return the exit code."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # A failed program leaves futures behind that nobody will await; that is no news to the user.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    with ThreadPoolExecutor(max(args.parallel, 1) * THREADS_PER_RESOURCE) as executor:
        loop.set_default_executor(executor)
        try:
            loop.run_until_complete(runtime.run_in_stack(lambda: program(args.program)))
        except pulumi.RunError as refusal:
            pulumi.log.error(str(refusal))
            return TOLD_THE_USER
        except Exception as error:
            pulumi.log.error(failure(error, Path(args.program).resolve()))
            return TOLD_THE_USER
        finally:
            loop.close()
    return 0


def program(path: str) -> None:
    """Run the user's file, or `__main__.py` of the user's folder."""
    if Path(path).is_dir() and not (Path(path) / "__main__.py").exists():
        raise pulumi.RunError(
            f"unable to find the program: {Path(path).resolve()} has no __main__.py"
        )
    runpy.run_path(path, run_name="__main__")


def failure(error: Exception, path: Path) -> str:
    """The traceback from the user's first own frame on; all of it if none is theirs."""
    home = path if path.is_dir() else path.parent
    trace = traceback.TracebackException.from_exception(error)
    frames = list(trace.stack)
    own = [i for i, frame in enumerate(frames) if is_own(frame.filename, home)]
    trace.stack = traceback.StackSummary.from_list(frames[own[0] :] if own else frames)
    return "Program failed with an unhandled exception:\n" + "".join(trace.format())


def is_own(filename: str, home: Path) -> bool:
    """Not the interpreter's (`<frozen runpy>`), nor an environment's inside the project."""
    if filename.startswith("<") or "site-packages" in filename:
        return False
    return Path(filename).resolve().is_relative_to(home)


if __name__ == "__main__":
    # The engine interrupts at the end, and whenever the user does: leave at once and without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        import pulumi
        from pulumi import runtime
    except ImportError as missing:
        print(
            f"{sys.executable} has no usable Pulumi SDK ({missing}): install the project's"
            " requirements there, or name another environment in runtime.options.virtualenv"
            " of Pulumi.yaml",
            file=sys.stderr,
        )
        sys.exit(1)
    given = arguments()
    configure(given)
    os.chdir(given.pwd)
    sys.argv = [given.program, *given.args]
    sys.exit(run(given))
