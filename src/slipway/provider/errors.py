"""Errors whose message is meant for the user: it is shown alone, without a traceback of ours."""

from collections.abc import Mapping

import pulumi

from slipway.cloud.errors import CloudError
from slipway.imagebuild.errors import BuildInputError
from slipway.registry.errors import RegistryError


class Refused(Exception):
    """What a resource cannot do; the message is one sentence."""


class InvalidInputs(Refused):
    """Inputs that a resource cannot have: a sentence for each, by the input's name in Python."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("\n".join(self.problems.values()))


class SmokeTestError(Refused):
    """The service did not answer as it must."""


class CancelledError(SmokeTestError):
    """The user cancelled the update while a service had not answered yet."""


MEANT_FOR_USERS = (Refused, RegistryError, CloudError, BuildInputError, pulumi.RunError)
