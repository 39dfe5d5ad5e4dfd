"""Names under which secrets are usually kept. policies/rules.py has the same rule, and a test compares them."""

import re

_SECRET_NAME = re.compile(
    r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD|CREDENTIAL|CONNECTION_?STRING)S?$"
)


def looks_secret(name: str) -> bool:
    """Whether what goes by this name is probably a secret."""
    return _SECRET_NAME.search(name.upper()) is not None
