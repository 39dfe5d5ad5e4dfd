"""What a start check that fails means, in words: the builder tells only which step of a build has failed."""

import re
from collections.abc import Sequence

import pulumi
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.settings import get_engine

from components.error_hooks import on_error
from slipway.log_lines import brief, harmless, lines

# The rehearsal's words, which what was printed follows, and BuildKit's, which follow what was printed: the command has
# run, and its end was no good one. What was printed may have such words too.
_ENDED_FIRST = re.compile(r"failed with exit code (\d+):")
_ENDED_LAST = re.compile(r"did not complete successfully: exit code: (\d+)")
_MISSING = re.compile(r"No module named '([\w.]+)'")
_KILLED = "137"  # 128 + SIGKILL
_UNTOUCHED = "No running container was touched."


def explained_by(
    name: str, *, service: str, image: pulumi.Input[str], resource: pulumi.Resource
) -> pulumi.ResourceHookBinding | None:
    """What explains the failure of the start check `name`, beside `resource`; None where nothing can."""

    async def explain(failure: pulumi.ErrorHookArgs) -> bool:
        told = explanation(
            failure.errors,
            check=name,
            service=service,
            image=await _known(image) or None,
            stack=pulumi.get_stack(),
        )
        engine = get_engine()
        if engine is None:  # in tests without one
            return False
        engine.Log(
            engine_pb2.LogRequest(
                severity=engine_pb2.ERROR, message=told, urn=await _known(resource.urn) or ""
            )
        )
        return False  # it would fail again

    return on_error(name, explain)


async def _known(value: pulumi.Input[str]) -> str | None:
    return await pulumi.Output.from_input(value).future()


def explanation(
    errors: Sequence[str], *, check: str, service: str, image: str | None, stack: str
) -> str:
    """What failed, what the container printed last, what was not touched, what is there, and what to do.

    `image` is `diabetes-image:7`; None for a program that does not know the version.
    """
    name = image or "the image"
    up = f"run `pulumi up --stack {stack}`"
    newest = brief(harmless(errors[0].strip())) if errors else "it is not known why"
    ended, shown = _ending(newest)
    if ended is None:
        return (
            f"{name} could not be started once before the service {service} runs it: {newest}\n"
            f"{_UNTOUCHED} Mend that and {up}; without a check, set the service's `startCheck: false`."
            f"{_published(image, stack)}"
        )
    last = f", and printed last:\n  {shown[-1].strip()}\n" if shown else ". "
    return (
        f"{name} cannot start with the variables of the service {service}: it ended with exit code {ended}{last}"
        f"All that it printed is shown for {check}. {_UNTOUCHED} {_cure(ended, shown[-1:])}, and {up}; where init() "
        "needs what only the service reaches, set the service's `startCheck: false`."
        f"{_published(image, stack)}"
    )


def _ending(error: str) -> tuple[str | None, Sequence[str]]:
    """The exit code, and what was printed where the error has it; no code of what did not run."""
    first, *printed = lines(error)
    if ended := _ENDED_FIRST.search(first):
        return ended[1], printed
    # BuildKit has what was printed in the log of the build.
    *_, code = [None, *_ENDED_LAST.findall(error)]
    return code, []


def _published(image: str | None, stack: str) -> str:
    """The version was given before the check, and other stacks' services do not check it again."""
    if image is None:
        return ""
    latest = f"{image.partition(':')[0]}:latest"
    return (
        f"\n{image} is in the registry all the same: another stack that names {latest} takes it unchecked until there "
        f"is a newer version, or it is removed; once this stack's update has succeeded, `slipway images delete {image} "
        f"--stack {stack}` removes it."
    )


def _cure(exit_code: str, last_line: Sequence[str]) -> str:
    if exit_code == _KILLED:
        return (
            "It was killed, most likely for memory: give the machine that builds more, or load less"
        )
    if missing := _MISSING.search("".join(last_line)):
        return f"Add the package that has the module {missing[1]} to the image's conda file"
    return "Mend the entry script, whose import or init() has most likely failed"
