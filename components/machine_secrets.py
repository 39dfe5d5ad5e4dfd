"""What an image build may need to know of this machine, and no layer may hold."""

import pulumi

from components.errors import InvalidArgs
from slipway.imagebuild import indexes
from slipway.imagebuild.build_secrets import build_secrets
from slipway.imagebuild.errors import BuildInputError

# Always given, if empty: docker-build only overlooks a changed secret that both sides have, and
# whether a machine has its own authority must not be a change of the image.
NAMES = ("ca_bundle", "pip_conf")


def machine_secrets() -> dict[str, pulumi.Output[str]]:
    """The authorities and package indexes that pip and uv are told of here, as build secrets.

    Raises `InvalidArgs` where the machine's pip configuration cannot be read.
    """
    try:
        found = build_secrets(indexes.of_this_machine())
    except BuildInputError as error:
        raise InvalidArgs("ModelImageArgs", {"": "; ".join(error.problems.values())}) from None
    return {name: pulumi.Output.secret(found.get(name, "")) for name in NAMES}
