"""The one way a component refuses its arguments."""

from collections.abc import Mapping

import pulumi


class InvalidArgs(pulumi.RunError):
    """Arguments a component cannot be built from: every problem, one sentence.

    A `RunError`, so `pulumi up` prints the sentence and no traceback. Not a `ValueError`: the SDK
    rewraps those when they leave an `apply`, and the wrapping prints every input of the resource.
    """

    def __init__(self, owner: str, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(f"{owner}: " + "; ".join(f"{key} {why}" for key, why in problems.items()))
