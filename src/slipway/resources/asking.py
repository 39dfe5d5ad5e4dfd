"""Asking a function of the provider."""

from typing import Any

import pulumi

from slipway.resources.wire import inputs

_ENGINES_WORDS = "returned an error: "


async def ask(token: str, args: Any, opts: pulumi.InvokeOptions | None = None) -> Any:
    """The function's answer, `pulumi.UNKNOWN` where an argument is not known yet.

    Raises a `pulumi.RunError` of the refusal's own sentence.
    """
    try:
        found = await pulumi.runtime.invoke_async(token, inputs(args), opts)
    except Exception as refusal:
        # A RunError is shown as its sentence; anything else as a traceback through this file.
        raise pulumi.RunError(str(refusal).rpartition(_ENGINES_WORDS)[2]) from None
    return pulumi.UNKNOWN if found is None else found
